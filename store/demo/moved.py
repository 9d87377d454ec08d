"""The weeks since Mara moved to IronClaw 1.x, written by hand: what the browser shows beside the years before."""

# ruff: noqa: E501 - a paragraph of a play is one line

from __future__ import annotations

from store.demo.script import Scene

PROJECT = "late-returns"
"""The band has a project of its own."""

SCENES = (
    Scene(
        "26m",
        "webui",
        """
> What is left before the translation goes to the publisher on Friday?
* I look at the list and at the calendar.
$ tasks.list | 4 open: chapter 21 proofs, the glossary, two queries to the author, the invoice | the open tasks of the book
$ calendar.read | Thu 14:00 dentist, Thu evening rehearsal, Fri 12:00 deadline | how much time there is
< Four things, and about **nine hours** to do them in:

  1. **Chapter 21**, the proofs: two hours, best tomorrow morning.
  2. The **glossary**: an hour, and dull. Do it after lunch.
  3. **Two queries** to the author. Send them today, she answers slowly.
  4. The **invoice**, ten minutes, which you have put off since May.

  Thursday evening is rehearsal, so call it seven hours.
> Draft the two queries, please. Short and friendly.
< > *Dear Inês, two small ones before Friday. On page 212, is the “green room” the theatre's, or is it green? And on 230, does Rui know by then that the letter was never sent? Warmly, Mara*

  I kept both in one mail, so that she needs to answer only once.
> Perfect. Send it, and set a reminder for the invoice at five.
$ mail.send | sent to Inês Duarte, 2 queries | the person asked for it
$! reminders.create | the calendar refused the entry: it is read-only until the next sync | remind of the invoice at 17:00
< The mail is on its way. The reminder is **not** set: the calendar would not take it. I try again after its next sync and tell you.
""",
    ),
    Scene(
        "1d 2h",
        "webui",
        """
> The tomatoes on the south wall have brown, sunken spots at the bottom. Is that the blight again?
< No, and that is good news. Sunken and brown **at the blossom end** is blossom-end rot: the plant lacks calcium because it was watered unevenly, not because the soil has none.

  - Water a little every morning instead of a lot at the weekend.
  - Mulch, so that the wall does not bake the roots.
  - Take the spotted ones off. They will not mend.

  Blight would begin on the *leaves*, with grey edges, and smell.
> Relief. So no spraying?
< No spraying. Save the copper for a wet August.
""",
    ),
    Scene(
        "6d 5h",
        "webui",
        """
> Compare the two ferries to Gotland for the second week of July, four people and a car.
$ web.search | Nynäshamn 3 h 15, six a day; Oskarshamn 2 h 50, two a day; the night boat is full on the 11th | timetables and prices
< | From | Sails | Takes | Four and a car |
  |:-----|:------|------:|---------------:|
  | **Nynäshamn** | six a day | 3 h 15 | 2,340 kr |
  | Oskarshamn | two a day | 2 h 50 | 2,180 kr |

  Oskarshamn is cheaper and quicker at sea, and costs you four hours on the road. Take **Nynäshamn**, Tuesday at 11:05: it is the last one with seats by the window.
""",
    ),
)

BAND = (
    Scene(
        "3h",
        "webui",
        """
> Put the set list for Saturday in an order in which nobody has to retune twice.
< Standard first, then the three in drop D, then back for the encore:

  1. *Overdue* – 2. *Card Catalogue* – 3. *Quiet, Please*
  4. *Basement Stacks* (D) – 5. *Microfiche* (D) – 6. *Fines* (D)
  7. *Closing Time* – encore: *Overdue*, slow

  One change down, one back. Your bass thanks you.
""",
    ),
    Scene(
        "4d",
        "webui",
        """
> Which of our rehearsal takes is the one with the good bridge?
$ files.list | 14 recordings, 3 of “Microfiche” | find the takes of Microfiche
< Take **9** of *Microfiche*, from 2:14. Take 11 is cleaner and has no heart.
""",
    ),
)

FIRST_WEEK = (
    ("Is this the new one?", "It is. Everything that we said before lies in the old file, and I begin here."),
    ("Do you still know that I take no sugar?", "I do not know it yet. Tell me once and I shall: no sugar, noted."),
    (
        "And who is Tom?",
        "You have not told me here. The old history will say, if you open it: he is six, and needs a beach once.",
    ),
)
"""Questions of the first week, and replies that 1.0 kept in its append log alone, where later versions do not look."""

BRIEFINGS = (
    "Three mails want an answer, one of them from Inês. Rain until noon, then dry. Rehearsal at seven.",
    "A quiet day. The glossary is due, and the seedlings want to go out before the wind turns.",
    "The publisher moved the deadline to Friday noon. Two mails can wait, the invoice cannot.",
    "Nothing before ten. The ferry has seats again on the 14th, should you want them.",
)
"""What the automation says in the morning."""
