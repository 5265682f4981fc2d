from . import cart, money
from .cart import Cart
