from __future__ import annotations

from barcode_reader import scan

DEFAULT_CURRENCY = "EUR"


class Product:
    """Something that is sold. Prices are in cents."""

    def __init__(self, name: str, price: int, currency: str) -> None:
        self.name = name
        self.price = price
        self.currency = currency
        self.tags: list[str] = []

    @property
    def title(self) -> str:
        return self.name.capitalize()

    def tagged(self, *tags: str) -> Product:
        for tag in tags:
            self.tags.append(tag.lower())
        return self

    def discounted(self, percent: int) -> Product:
        return Product(self.name, self.price * (100 - percent) // 100, self.currency)


def from_barcode(image: str, price: int) -> Product:
    code = scan(image, strict=True)
    if not code.valid():
        raise ValueError(code.digit)
    return Product(code.digits, price)


def cheapest(products: list[Product]) -> Product:
    best = None
    for product in products:
        if best is None or product.price < best.price:
            best = product
    return best
