def f(path):
    data = None
    try:
        file = open(path)
        data = file.read()
    except OSError as error:
        print(error)
        return data
    finally:
        print(path)
    with file as g:
        line = g.readline()
    match line:
        case "":
            return None
        case [a, *rest] if a:
            return rest
        case other:
            return other
    return data
