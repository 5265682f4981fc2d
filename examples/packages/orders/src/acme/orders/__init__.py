from acme.orders.invoice import Invoice
from acme.orders.order import Line, Order

__all__ = ["Invoice", "Line", "Order"]
