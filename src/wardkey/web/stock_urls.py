"""The addresses of the stock, below `admin/stock/`: with their views and names."""

from . import stock, stock_receiving, stock_units

UNIT = "<uuid:unit_id>/"

ADDRESSES = [
    ("", stock.stock, "stock"),
    ("counts/", stock.counts, "stock_counts"),
    ("receive/", stock_receiving.receive, "stock_receive"),
    ("stock.csv", stock.export, "stock_export"),
    ("boxes/<uuid:box_id>/hand-on/", stock.hand_on_box, "box_hand_on"),
    (UNIT, stock_units.unit, "unit"),
    (UNIT + "issue/", stock_units.issue, "unit_issue"),
    (UNIT + "step/", stock_units.step, "unit_step"),
    (UNIT + "hand-on/", stock_units.hand_on, "unit_hand_on"),
    (UNIT + "lost/", stock_units.report_lost, "unit_lost"),
]
