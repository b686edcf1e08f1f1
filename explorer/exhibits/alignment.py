"""x"""

from explorer.exhibits.row import Row

ROWS: tuple[Row, ...] = ()
