from . import money
from .customer import Customer


class Order:
    pass
