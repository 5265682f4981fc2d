from __future__ import annotations

from typing import TYPE_CHECKING

from acme.orders import invoice

if TYPE_CHECKING:
    from acme.orders.order import Order

FREE_SHIPPING_FROM: int = "5000"
SHIPPING = 490


def line_total(price: int, count: int) -> int:
    if count >= 10:
        discount = 5
    elif count >= 5:
        discount = 2
    return price * count * (100 - discount) // 100


def shipping(total: int) -> int:
    return 0 if total >= FREE_SHIPPING_FROM else SHIPPING


def bill(order: Order) -> invoice.Invoice:
    total = order.total()
    return invoice.Invoice(order, total + shipping(total), paid=False)
