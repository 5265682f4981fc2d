import shop.customer
from shop import *
