"""Orders in the files of the Olist data set, made up: for where the real ones are not, and for what those lack."""
import csv
import datetime
import random

from harness import SEED

FIELDS = {
    "orders": ["order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at", "order_delivered_carrier_date",
               "order_delivered_customer_date", "order_estimated_delivery_date"],
    "order_items": ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"],
    "products": ["product_id", "product_category_name", "product_name_lenght", "product_weight_g"]}
STATUSES = ["delivered"] * 6 + ["shipped", "invoiced", "processing", "approved", "created", "canceled", "unavailable"]
# Wall times of São Paulo that never were, were twice, or stand beside one of those; and the ends of ordinary days.
CORNERS = ["2017-10-15 00:00:00", "2017-10-15 00:30:00", "2017-10-15 01:00:00", "2017-10-14 23:59:59", "2018-11-04 00:59:59", "2018-11-03 23:59:59",
           "2018-02-17 23:00:00", "2018-02-17 23:59:59", "2018-02-18 00:00:00", "2018-05-05 00:00:00", "2018-05-05 23:59:59", "2016-12-31 23:59:59"]
SELLERS, PRODUCTS = 24, 60


class Maker:
    def __init__(self):
        print(f"ONDA_E2E_SEED={SEED}")
        self.random = random.Random(SEED)
        self.rows = {name: [] for name in FIELDS}

    def put(self, kind, *values):
        self.rows[kind].append(dict(zip(FIELDS[kind], [*map(str, values), *[""] * len(FIELDS[kind])])))

    def order(self, number, purchased):
        status = self.random.choice(STATUSES)
        paid = purchased + datetime.timedelta(seconds=self.random.choice((0, 600, 40_000, 200_000)))
        self.put("orders", f"o{number}", f"c{number}", status, purchased,
                 "" if status == "created" or self.random.random() < 0.1 else paid, "", "", purchased)
        for item in range(self.random.choice((0, 1, 1, 1, 1, 2, 3, 5))):
            # Two digits, one or none, as the data has them.
            price = self.random.choice((f"{self.random.randrange(1, 99999) / 100:.2f}", f"{self.random.randrange(1, 999) / 10:.1f}",
                                        str(self.random.randrange(1, 500))))
            self.put("order_items", f"o{number}", item + 1, f"p{self.random.randrange(PRODUCTS)}", f"s{self.random.randrange(SELLERS)}",
                     purchased, price, "9.99")


def write(folder):
    """The three files that are read, in `folder`."""
    maker = Maker()
    for n, corner in enumerate(CORNERS * 3):
        maker.order(n, datetime.datetime.fromisoformat(corner))
    first = datetime.datetime(2016, 9, 4, 21, 15, 19)
    for n in range(len(maker.rows["orders"]), 900):
        maker.order(n, first + datetime.timedelta(seconds=maker.random.randrange(600 * 86400)))
    for n in range(PRODUCTS - 5):  # some that were sold are not in the list, one that is was never sold
        maker.put("products", f"p{n}", maker.random.choice(("bebes", "", "moveis_decoracao")), 10, 20)
    maker.put("products", "never-sold", "pcs")
    maker.put("order_items", "of-no-order", 1, "p1", "s1", "2018-01-01 00:00:00", "1.00", "1.00")
    for name, rows in maker.rows.items():
        maker.random.shuffle(rows)
        with open(folder / f"olist_{name}_dataset.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS[name], quoting=csv.QUOTE_ALL if name == "order_items" else csv.QUOTE_MINIMAL)
            writer.writeheader()
            writer.writerows(rows)
    return folder
