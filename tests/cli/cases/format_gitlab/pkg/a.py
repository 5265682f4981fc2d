x = 1  # type: ignore
	y = 2
