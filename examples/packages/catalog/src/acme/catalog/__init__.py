from acme.catalog.product import Product as Product
from acme.catalog.stock import OutOfStock as OutOfStock, Stock as Stock

__all__ = ["OutOfStock", "Product", "Stock"]
