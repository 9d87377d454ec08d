"""The weeks before, written by hand: documents, homework, refusals and other things a history holds."""

# ruff: noqa: E501 - a paragraph of a play is one line

from __future__ import annotations

from store.demo.script import Scene

CONTRACT = Scene(
    "1d 2h 17m",
    "mail-bridge",
    """
> Please read the attached and tell me what I should not sign.

  <attachments>
  <attachment index="1" type="document" filename="agreement &quot;Salt Road&quot;.pdf" mime="application/pdf" size="182KB">
  TRANSLATION AGREEMENT between Halden Press Ltd (the Publisher) and Mara Lindqvist (the Translator).

  1. The Translator shall deliver the Work, of approximately 96,000 words, by 30 September.
  2. The Publisher shall pay GBP 98 per 1,000 words: one half on signature, one half on delivery.
  3. The Translator assigns to the Publisher all rights in the Translation, in all media, for the full term of copyright.
  4. The Publisher may edit the Translation without further consultation.
  5. The name of the Translator shall appear on the title page.
  6. Royalties: 1 % of receipts &gt; 5,000 copies.
  </attachment>
  </attachments>
< Clauses **3** and **4**. The rest is ordinary, and the fee is fair.

  | Clause | Says | Ask for |
  |:------:|:-----|:--------|
  | 3 | you *assign* all rights | a **licence** for print and e-book, back to you if out of print for two years |
  | 4 | edits without asking | proofs to you, ten working days, no changes of meaning without your word |
  | 5 | title page only | title page **and cover** |
  | 6 | 1 % after 5,000 | keep; audio separately |

  Clause 2 comes to **£9,408** for 96,000 words ($96 \\times 98$). I would also add what happens if they cancel after you have begun.
> That is exactly what bothered me. Draft the reply, friendly, short.
< > Dear Ruth,
  >
  > thank you – I would love to do *The Salt Road*. Two clauses need a small repair before I sign: in 3 I would grant a licence rather than assign the rights, and in 4 I would like to see the proofs. Everything else is fine, and the cover would make my mother happy.
  >
  > Yours, Mara
""",
)

BAYES = Scene(
    "1d 5h 4m",
    "gateway",
    """
> Ilse's class did a medical test in maths: 1 in 100 is ill, the test finds 90 % of the ill and wrongly alarms for 9 % of the healthy. She says a positive test means you are probably healthy. She is nine. Is she right?
< She is right. Count children instead of percentages:

  - of **1,000** people, 10 are ill; the test finds **9** of them
  - of the 990 healthy ones, 9 % are alarmed: about **89**
  - so 98 people have a positive test, and only 9 of those are ill

  $$P(\\text{ill} \\mid +) = \\frac{0.9 \\cdot 0.01}{0.9 \\cdot 0.01 + 0.09 \\cdot 0.99} = \\frac{9}{98.1} \\approx 9.2\\,\\%$$

  ```python
  def posterior(prior: float, sensitivity: float, false_alarm: float) -> float:
      \"\"\"Return how likely the illness is, given a positive test.\"\"\"
      ill = prior * sensitivity
      healthy = (1 - prior) * false_alarm
      return ill / (ill + healthy)


  print(f"{posterior(0.01, 0.90, 0.09):.1%}")  # 9.2%
  ```

  Many doctors get this wrong. Give her the good biscuits.
""",
    metadata={"thread_type": "thread"},
)

GARDEN_PHOTO = Scene(
    "1d 8h 51m",
    "whatsapp",
    """
> what is eating this?

  <attachments>
  <attachment index="1" type="image" filename="IMG_2231.jpg" mime="image/jpeg" size="2.4MB">
  [Image attached — sent as visual content]
  </attachment>
  </attachments>
< **Flea beetles**, on your rocket: round holes of 1 to 2 mm, as if shot with a tiny gun, and no slime.

  1. Water in the morning: they hate it damp.
  2. Fleece over the bed, edges under stones.
  3. Leave one row uncovered as a decoy. Unkind, effective.

  The leaves are fine to eat. See [the RHS page on flea beetle](https://www.rhs.org.uk/biodiversity/flea-beetle).
""",
)

UNANSWERED = Scene(
    "1d 19h 26m",
    "repl",
    """
> why is the fan on juniper so loud tonight, can you look at the load
""",
)

REJECTED = Scene(
    "2d 3h 38m",
    "gateway",
    """
> Clean up the photo disk, everything older than ten years can go.
< Tool 'shell' was rejected. The agent will not execute this tool.
> Good. I wanted to see whether you would ask. Show me what *would* go.
$ shell | 14,212 files, 61.8 GB, oldest IMG_0001.JPG | list only, nothing is deleted
< **14,212 files**, 61.8 GB. Among them Ilse's first year. I would buy a disk.
""",
    metadata={"thread_type": "thread"},
)

WEBHOOK = Scene(
    "2d 6h 12m",
    "http",
    """
> {"event":"form.submitted","form":"gig-enquiry","fields":{"name":"Priya N.","date":"2 August","place":"The Old Fire Station","fee":"£250 + supper"}}
$ calendar_search | no entries on 2 August
$ memory_search | "The Old Fire Station": load-in from the back, good monitors, cold
< ```json
  {
    "summary": "Priya N. asks for 2 August at The Old Fire Station, £250 and supper.",
    "calendar": "free",
    "note": "Load-in from the back. Good monitors, cold room.",
    "suggestion": "accept",
    "needs_human": true
  }
  ```
""",
)

SIGN_IN = Scene(
    "2d 9h 45m",
    "tui",
    """
> Anything from the school since Monday?
* The school's portal wants me to sign in first.
$! school_portal | authentication required: open https://portal.school.example/device and enter FJORD-214 | the only place they announce things
~ 2h
* Signed in now; I go on where I stopped.
$ school_portal | 3 messages: sports day, lost jumper (red, size 128), trip to the canal | read what is new
$ calendar_add | added: sports day, Friday 09:30
< Three things since Monday:

  - **Sports day** is on Friday at 09:30, hats and water. It is in your calendar.
  - A **red jumper**, size 128, waits in the office. I believe it is ours.
  - Year 4 goes to the **canal**; they need £6 and a signature by the 25th.
""",
)

FILTERED = Scene(
    "3d 2h 29m",
    "slack",
    """
> @claw paste the Halden contact sheet here so that everybody has it
< [Response filtered: contains personal contact data]
> @claw fair enough. just ruth's office number
< Ruth's office: **020 7946 0018**, best before eleven.
""",
)

LOG = Scene(
    "3d 7h 3m",
    "gateway",
    """
> This is the log of last night, all of it. What woke the disks every ten minutes?

  ```log
  @LOG@
  ```
$ shell | 3,212 lines, 143 wake-ups of sdb, each 2 s after photod[812]
< `photod` does: **143 times**, each two seconds before the disk spins up. It rescans its library on a timer although nothing changed.

  ```ini
  [library]
  scan_interval = 0      ; rescan only when a file changes
  watch = true
  ```

  Restart it once, and juniper should sleep until the backup at three.
""",
    metadata={"thread_type": "thread"},
)

PROOFS = Scene(
    "4d 4h 55m",
    "web",
    """
> Which of these is right: "a historical novel" or "an historical novel"? The proofreader and I are at war.
< **A** historical novel. The *h* is sounded today, and both [Oxford](https://www.oed.com) and your publisher's sheet ask for *a*.

  *An historical* was right when the *h* was silent, which is why it still sounds grand to some.

  > "An hotel" is what you say to a porter, not what you write in a book.

  Peace terms: you keep *a*; the proofreader may keep one *whom* of their choice.
""",
)

BREAD = Scene(
    "5d 0h 34m",
    "signal-group",
    """
> @claw how much starter for a 1.2 kg loaf at 20 % and 75 % hydration? mine is 1:1
< For **1,200 g** of dough, with salt at 2 % and a 1:1 starter:

  | | g |
  |:--|--:|
  | Flour | 548 |
  | Water | 396 |
  | Starter | 122 |
  | Salt | 12 |

  Hydration counts the flour and the water inside the starter: (396 + 61) / (548 + 61) = **75 %**. The salt is 2 % of all 609 g of flour.
> priya says you cannot count
< 548 + 396 + 122 + 12 = 1,078. She is right, and I owe her a loaf: multiply each line by **1.113** and it comes to 1,200.
""",
)

TAXES = Scene(
    "6d 3h 21m",
    "gateway",
    """
> Taxes. What do I need to find before I can even begin? Be kind.
< You are in better shape than you think. Of eight things, five are here already:

  - [x] invoices sent (41, all numbered)
  - [x] bank statements
  - [x] royalties: the two statements of spring
  - [x] pension contributions
  - [x] last year's return
  - [ ] receipt for the bass amplifier (it is a *tool of the trade* only if the band is one)
  - [ ] share of rent and power for the study
  - [ ] train tickets to the fair

  The study is one room of five: **20 %** of rent and power, for the months you worked there.

  #### What I suggest

  1. Ten minutes: photograph the tickets; I read them.
  2. Ten minutes: tell me about the amplifier.
  3. Then stop. We do the rest on Sunday, with cake.
> I love you
< That is the nicest thing anyone has said about a tax return.
""",
    metadata={"thread_type": "thread", "title": "Taxes, with cake"},
)

SCENES = (
    CONTRACT,
    BAYES,
    GARDEN_PHOTO,
    UNANSWERED,
    REJECTED,
    WEBHOOK,
    SIGN_IN,
    FILTERED,
    LOG,
    PROOFS,
    BREAD,
    TAXES,
)
"""The weeks before the last day, newest first."""
