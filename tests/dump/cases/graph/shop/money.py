import decimal


def price(x: str) -> decimal.Decimal:
    return decimal.Decimal(x)
