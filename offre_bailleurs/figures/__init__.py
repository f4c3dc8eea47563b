"""What the assistant spares, in figures: counted from Rasa's own events, without what was said or who said it.

```
turn's transaction ─▶ chat_event ─▶ (RabbitMQ, when RABBITMQ_URL is set) ─▶ consumer ─▶ figures_event ─▶ the figures
    bot/broker.py      outbox              bot/broker.py                     consumer.py   the log         counting.py
```

An event is reduced where it is made (`bot/broker.py`). The consumer (`consumer`, run by `worker` in the process `desk`)
keeps of each one a line in a compact log (`figures_event`, by `reading`), and counts anew, from all its lines, each
conversation that got new ones (`counting`, `rebuild`). So an event that is delivered twice, late, or in another order
changes nothing, and counting the whole log again gives the same figures.

What the figures say, fact by fact:

conversation (`figures_conversation`, one row each)
    One opening of the chat. `day`: of its first event, in Paris. `spoke`: the landlord typed or pressed something in it
    (a page that only shows the greeting opens a conversation too: the dashboard counts those that spoke). `profile`:
    the last one known in it. `handed_over`: a request reached the desk from it, live or as a message, whatever became
    of it. `declarations`: how many were transmitted and confirmed in it; a turn that was tried again is one.
    `misunderstood`: how many messages the assistant did not understand, in a form or not. `unanswered`: those of them
    that no form awaited: their masked sentences go to `offre_bailleurs.improvement`.
topic (`figures_topic`, one row for each topic of a conversation)
    `asked`: how many times its answer was given, in a journey or not. `helped`: the landlord's last vote on it, None
    without one. `day`: of the first answer (of the vote, should it be alone).
journey (`figures_journey`, one row for each time that a journey was begun)
    A journey is begun when its form asks its first question; one that another interrupts (a message left for an
    adviser) goes on afterwards, it is not begun twice. `day`: when it was begun. `last_step`: the question that was
    asked last. `outcome`, see `Outcome`: "submitted" (a declaration transmitted, a user created, credentials asked for
    or the advice given, a message sent), "cancelled" (« Annuler »), "postponed" (« plus tard »: the draft is kept),
    "left" (nothing to do in it any more, or it gave way to another journey), "under_way" (none of these yet).
    Abandoned is for the reader to say: under way still, and nothing new in it for some time (`last_at`).

Why an adviser was asked for, what came of it and how long it took are not here: `SupportRequest` rows say it.
"""
