x = 1  # taipan: ignore
	y = 2
