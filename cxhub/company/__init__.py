"""A believable telecom company, made up: its customers, contacts and survey answers, as files in real vendor formats.

How the parts fit:

* `truths` says what is true of a company beyond chance: a campaign nobody was told about, a queue that closes what is
  not solved … Truths are parameters. `LUMIO` is the demo; `NOTHING_HAPPENED` is the same company without any effect, to
  see what an analysis finds where there is nothing to find. A third company is one more `Truths(...)` value.
* `world` is what every company has: topics, queues, channels, segments, regions, products.
* `customers`, `calendar`, `contacts`, `answers` draw the facts with a seeded generator: the ledger.
* `wording` puts the facts into words, one text at a time.
* `zendesk`, `qualtrics`, `reviews` write the ledger as the vendors' files; `generate` does it all.

The same seed, scale, days and day give the same bytes.
"""
