"""People who read: they look at a list, think, open an order, think; and the live sockets of their pages."""

import random

from benchmarks.harness.crowd import Crowd
from benchmarks.harness.site import Colleague, Site

LISTS = ("/orders?limit=50&sort=newest", "/orders?limit=50&sort=due", "/orders?limit=50&state=in_hand")
ROLES = ("agent", "dispatcher", "duty_leader", "reviewer", "unit_clerk", "supervisor")
THINK = (1.0, 3.0)  # seconds between two looks


class Readers(Crowd):
    """So many of the people whose work begins with a list."""

    def __init__(self, site: Site, number: int) -> None:
        found = [one for one in site.people if one.roles.intersection(ROLES)]
        super().__init__(site, [found[n % len(found)] for n in range(number)])

    def work(self, number: int, who: Colleague) -> None:
        chance = random.Random(number)
        while not self.rests(chance.uniform(*THINK)):
            page = self.ask("list", "GET", chance.choice(LISTS), who)
            if self.rests(chance.uniform(*THINK)) or not page or not page["items"]:
                continue
            self.ask("detail", "GET", f"/orders/{chance.choice(page['items'])['id']}", who)
