x = 1  # taipan: ignore
