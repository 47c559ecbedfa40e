"""The feed (contract/user-app.md §7): a request becomes a page in four steps.

1. *offer*: the recommender suggests articles (``known``), or they come by time (``timeline``);
2. *look*: what caches and counters know of them, in one Redis stage or none (``looking``);
3. *verdict*: which of them are for this reader, by the one rule (``services/visibility``);
4. *render*: figures and reasons, filled into ready JSON (``items``).

``pages`` answers requests, ``composing`` takes an offer through the other three steps.
"""
