# A library that its authors did not annotate; its types are in the stub
# package barcode_reader-stubs beside it.


def scan(image, strict=False):
    digits = "".join(c for c in image if c.isdigit())
    if strict and len(digits) != 13:
        raise ValueError(image)
    return Code(digits)


class Code:
    def __init__(self, digits):
        self.digits = digits
        self.country = digits[:3]

    def valid(self):
        return len(self.digits) == 13
