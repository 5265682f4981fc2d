from __future__ import annotations

from acme.orders import order as orders


class Invoice:
    next_number = 1

    def __init__(self, order: orders.Order, amount: int) -> None:
        self.order = order
        self.amount = amount
        self.number = Invoice.next_number
        Invoice.next_number += 1

    def label(self) -> str:
        return self.number

    def is_for(self, customer: str | orders.Order) -> bool:
        if isinstance(customer, str):
            return self.order.customer == customer.strip()
        return self.order.customer == customer.customer

    def text(self) -> str:
        rows = [f"Invoice {self.number} for {self.order.customer}"]
        for line in self.order.lines:
            rows.append(f"{line.count} x {line.product.title}: {line.total()}")
        rows.append(f"Total: {totl(self.order)}")
        return "\n".join(rows)


def total(order: orders.Order) -> int:
    return order.total()
