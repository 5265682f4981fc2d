from __future__ import annotations

from typing import TYPE_CHECKING

from acme.catalog import Product, Stock
from acme.orders import pricing

if TYPE_CHECKING:
    from acme.orders.invoice import Invoice


class Line:
    def __init__(self, product: Product, count: int) -> None:
        self.product = product
        self.count = count

    def total(self) -> int:
        return pricing.line_total(self.product.price, self.count)


class Order:
    def __init__(self, customer: str, note: str | None = None) -> None:
        self.customer = customer
        self.note = note
        self.lines: list[Line] = []
        self.invoice: Invoice | None = None

    def add(self, product: Product, count: int) -> Line:
        line = Line(product, count)
        self.lines.append(line)
        return line

    def total(self) -> int:
        result = 0
        for line in self.lines:
            result += line.total()
        return result

    def note_length(self) -> int:
        return len(self.note.strip())

    def reserve(self, stock: Stock) -> bool:
        for line in self.lines:
            if stock.available(line.product) < line.count:
                return False
        for line in self.lines:
            stock.reserve(line.product, str(line.count))
        return True

    def bill(self) -> Invoice:
        if self.invoice is None:
            self.invoice = pricing.bill(self)
        return self.invoice
