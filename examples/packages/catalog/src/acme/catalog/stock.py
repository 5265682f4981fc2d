from acme.catalog.product import Product


class OutOfStock(Exception):
    def __init__(self, product: Product, wanted: int) -> None:
        super().__init__(f"{wanted} of {product.title}")
        self.product = product
        self.wanted = wanted


class Stock:
    def __init__(self) -> None:
        self.count: dict[str, int] = {}

    def add(self, product: Product, count: int = 1) -> None:
        self.count[product.name] = self.available(product) + count

    def available(self, product: Product) -> int:
        return self.count.get(product.name, 0)

    def reserve(self, product: Product, count: int) -> int:
        left = self.available(product) - count
        if left < 0:
            raise OutOfStock(product, count)
        self.count[product.name] = left
        return left

    def names(self) -> list[str]:
        return sorted(self.count)
