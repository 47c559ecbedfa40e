"""What is in the running products that tests share."""

from __future__ import annotations

from typing import Final

# The first administrator of the product with its demo content.
OPERATOR: Final = {"ACCOUNT": "testid", "PASSWORD": "testpwd123"}

TITLES: Final = ("城市夜跑地图", "夜跑以后的早餐", "周末的夜跑与星空")
WEB_WORKERS: Final = 2
# A web worker that holds too much memory; the fresh one takes 5 to 60 on a busy machine.
REPLACED_AFTER_SECONDS: Final = 61
