import asyncio
import sys
from typing import reveal_type

import acme.warehouse
from acme.catalog import Product, Stock
from acme.orders import Order

stock = Stock()


async def load(name: str) -> Product | None:
    await asyncio.sleep(0)
    for known in stock.names():
        if known == name:
            return Product(name, 100, "EUR").tagged("web")
    return None


async def show(name: str) -> str:
    product = await load(name)
    reveal_type(product)
    if product is None:
        return "not found"
    return f"{product.titel}: {product.price}"


async def order(customer: str, names: list[str]) -> Order:
    result = Order(customer, "web", True)
    for name in names:
        product = await load(name)
        if product:
            result.add(product, 1)
    return result


def main(arguments: list[str]) -> int:
    port: int = 8080  # taipan: ignore
    if sys.version_info < (3, 8):
        return unreachable_name
    print(asyncio.run(show(arguments[0])), port)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
