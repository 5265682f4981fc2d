from typing import TYPE_CHECKING

from shop import money, order

if TYPE_CHECKING:
    from shop.customer import Customer


class Cart:
    owner: "Customer"
