x = 1  # type: ignore
y = 1  # ty: ignore
