"""The last day, written by hand: what somebody sees who opens the sample history for the first time."""

# ruff: noqa: E501 - a paragraph of a play is one line

from __future__ import annotations

from store.demo.script import Scene

LISBON = Scene(
    "40s",
    "gateway",
    """
> Plan four days in Lisbon for two adults and two children (9 and 6). We land Saturday at 13:40, we hate queues, and Tom needs a beach once.
* I check opening days and the ferry times before I promise anything.
$ web_search | 8 results: Oceanário, Castelo de São Jorge, ferry Cais do Sodré–Cacilhas, tram 28 queues, Praia de Carcavelos, LX Factory Sunday market | find what is open on which day
$ http | Oceanário de Lisboa: every day 10:00–20:00, last entry 19:00, tickets online | confirm the opening hours
$! http | timed out after 30 s: cp.pt did not answer | train times to Carcavelos
< ## Lisbon, four days, few queues

  | Day | Morning | Afternoon | Supper |
  |:----|:--------|:----------|:-------|
  | **Sat** | flight | Alfama on foot, *miradouro* at sunset | Time Out Market, before 19:00 |
  | **Sun** | LX Factory market | ferry to Cacilhas | grilled sardines on the quay |
  | **Mon** | Oceanário (10:00 slot) | playground and cable car | picnic by the river |
  | **Tue** | train to **Carcavelos** | beach until five | Pastéis de Belém, take-away window |

  Three things worth knowing:

  1. Tram 28 has the longest queue in town. The **24** climbs the same kind of hill and nobody waits for it.
  2. Children under 4 ride free; Tom (6) needs a *Navegante* card like everyone else: €0.50 each.
  3. The castle is steep and hot at noon. Go after 17:00, when the peacocks come out.

  I could not reach the railway's site just now, so check the Tuesday train before you promise anyone the sea.
~ 6m
> The tram tip is gold. What is the whole thing going to cost us, roughly?
$ calculator | 1188.5 | add it up for four people
< About **€1,190** without the flights:

  | What | € |
  |:-----|--:|
  | Flat in Graça, 4 nights | 640.00 |
  | Food, honestly estimated | 380.00 |
  | Oceanário, family ticket | 65.00 |
  | Trams, trains, ferry | 58.50 |
  | Ice cream (non-negotiable) | 45.00 |
  | **Together** | **1,188.50** |

  > Children count double in the last-but-one line of any budget.
> Ha. Put the flat on hold and remind me tomorrow at nine to pay the deposit 🙏
$ reminder_create | created: "Pay deposit, flat in Graça", tomorrow 09:00 | the person asked for it
< Done: the flat is held until **tomorrow 12:00**, and I will nudge you at **09:00** on Signal.

  The host wrote back already: the cot is gone, but there is a *terrace with a lemon tree*. 🍋
""",
    metadata={"thread_type": "thread"},
)

SIGNAL_ENDING = """
~ 2h
> Did the oven man say between 2 and 4 or between 4 and 6?
< Between **4 and 6**. He rings ten minutes before. You are in the call with Porto until half past four, so Jonas said he will open.
> Bless. What is left of the tomatoes order?
< Two of the five came: *Black Krim* and *Gardener's Delight*. The rest is promised for Saturday.
~ 26m
> Oven works!! We need dough for tonight, four pizzas, no time to be clever
< Four pizzas, ready in **70 minutes**:

  - 600 g strong flour, 390 g lukewarm water
  - 12 g salt, 5 g dried yeast, 1 tbsp olive oil

  Knead 8 minutes, let it rise 45 in the warm (switched-off) oven, divide in four, rest 10.
  Oven as hot as it goes, tray on the **top** shelf, 8 to 9 minutes each.
> And it is whose turn to choose the film
< Ilse's. Last week was Tom: *the one with the otters*, again.
"""

WEATHER = Scene(
    "12m",
    "telegram",
    """
> is it warm in Lisbon next week? packing
* I ask two services, they rarely agree.
$ weather | Lisboa: Sat 24 °C, Sun 23 °C, Mon 23 °C, Tue 25 °C; wind NW 18 km/h; rain 5 % | the forecast itself
$! http | timed out after 10 s | sea temperature, to answer about the beach
< Yes: **23 to 25 °C** and sunny through Tuesday, with a proper Atlantic breeze in the evenings.

  Pack a jumper per person and hats for the children. I could not get the sea temperature; in June it is usually *17 °C*, so: brave.
> tom is always brave
< Then one more towel. 🏖️
""",
)

BACKUP = Scene(
    "48m",
    "repl",
    """
> My backup script on juniper stops without a word, exit 1. Here it is:

  ```bash
  set -euo pipefail
  changed=$(find /srv/photos -newer /var/lib/backup/stamp | grep -v '\\.tmp$' | wc -l)
  echo "$changed files"
  restic backup /srv/photos --tag nightly
  ```
$ shell | $ find /srv/photos -newer /var/lib/backup/stamp
  (nothing) | see what the pipeline gets
< It is the `grep`. When **nothing** has changed it prints nothing and exits 1; `pipefail` passes that on and `-e` ends the script, before `echo` can say a word.

  Let the last command decide instead:

  ```bash
  set -euo pipefail
  changed=$(find /srv/photos -newer "$stamp" ! -name '*.tmp' -printf . | wc -c)
  if (( changed == 0 )); then
      echo "nothing new"
      exit 0
  fi
  restic backup /srv/photos --tag nightly
  ```

  - `! -name` does the work of `grep -v`, and `find` returns 0 for an empty result
  - `-printf . | wc -c` counts files even when a name contains a newline
> It works, and it said "nothing new". Which is true, since the disk is full.
$ shell | Filesystem  Size  Used Avail Use% Mounted on
  /dev/sdb1   1.8T  1.8T   12M 100% /srv/backup | look at the disk
< There it is: 12 MB left on `/srv/backup`. The nightly routine has been failing for the same reason.

  ```bash
  restic forget --keep-daily 14 --keep-monthly 12 --prune --dry-run
  ```

  says it would free **412 GB**. Shall I run it without `--dry-run`? I will not do that unasked.
""",
)

COVER_LETTER = Scene(
    "1h 21m",
    "slack",
    """
> @claw what did we decide about the translator's note? Front or back of the book?
$ memory_search | 2 notes: "Vasconcelos call", "House style, Halden Press" | look for the decision
< **Back of the book**, four pages at most. From the notes of the call:

  > The note must not explain the jokes. If a joke needs the note, the translation is not finished.

  Still open: whether *saudade* stays in italics throughout or only at its first appearance.
> @claw only the first. and thank the person who said the bit about jokes
< Noted in *House style, Halden Press*. And that was you. 🙂
""",
)

INVOICES = Scene(
    "2h 5m",
    "gateway",
    """
> Write me a query for the invoices nobody has paid, per client, oldest first. The tables are `client(id, name)` and `invoice(id, client_id, issued, due, cents, paid_at)`.
< ```sql
  SELECT c.name,
         count(*)                       AS open,
         sum(i.cents) / 100.0           AS amount,
         min(i.due)                     AS oldest,
         julianday('now') - julianday(min(i.due)) AS days_late
    FROM invoice AS i
    JOIN client  AS c ON c.id = i.client_id
   WHERE i.paid_at IS NULL
     AND i.due < date('now')
   GROUP BY c.id
   ORDER BY oldest;
  ```

  Money stays in whole cents until the very last moment, so nothing is rounded twice.
> And run it.
$ sql | [{"name":"Halden Press","open":1,"amount":2140.0,"days_late":41},{"name":"Museu do Mar","open":2,"amount":915.5,"days_late":19}] | run the query on books.db
< Two clients owe you **€3,055.50**:

  | Client | Open | Amount | Days late |
  |:-------|-----:|-------:|----------:|
  | Halden Press | 1 | 2,140.00 | 41 |
  | Museu do Mar | 2 | 915.50 | 19 |

  Halden pays when reminded, every time. I drafted this, unsent:

  > Dear Ruth, a gentle nudge about the invoice for the first half of *The Salt Road*. I expect it is lying under something nice. – Mara
> Send it. Ruth will like the last line.
$ email_send | queued: to ruth@halden.example, subject "Invoice, The Salt Road"
< Sent. I look again in a week, and tell you only if nothing has come.
""",
    metadata={"thread_type": "thread"},
)

HEBREW = Scene(
    "3h 10m",
    "whatsapp",
    """
> איך היית מתרגם לאנגלית את "הים לא שואל לשלומך"? זה המשפט הראשון בספר
< שלוש אפשרויות, מהמילולית אל החופשית:

  1. *The sea does not ask how you are.*
  2. *The sea won't ask after you.*
  3. *The sea never asks.*

  הייתי בוחר בשנייה: **ask after** שומר על הנימוס שיש ב"שלומך", ומכאן האירוניה.
> and the Arabic edition has: البحر لا يسأل عن أحد
< *The sea asks after no one.* The Arabic is colder: عن أحد is "about anyone at all", while the Hebrew speaks to **you**.

  With the second English line you keep that. I would not let the Arabic talk you out of it.
""",
)

SETLIST = Scene(
    "4h 32m",
    "discord",
    """
> @claw setlist for Saturday, 45 minutes, start loud, end with the one people sing. Jonas can't do two fast ones in a row (wrist)
< ### The Late Returns · 45 min 🎸

  | # | Song | Key | BPM | ⏱ |
  |--:|:-----|:---:|----:|---:|
  | 1 | Overdue | E | 152 | 3:10 |
  | 2 | Dewey Decimal | A | 96 | 4:20 |
  | 3 | Quiet, Please | Em | 168 | 2:45 |
  | 4 | Marginalia | D | 84 | 5:30 |
  | 5 | Paper Cut | G | 144 | 3:30 |
  | 6 | Inter-Library Loan | C | 104 | 4:50 |
  | 7 | Spine | F♯m | 160 | 3:15 |
  | 8 | Lost Property | D | 92 | 6:00 |
  | 9 | Closing Time at the Library | G | 118 | 5:40 |

  39 minutes of music, six for tuning and Jonas's jokes. Fast and slow alternate all the way: his wrist rests after every odd number.
> @claw swap 4 and 6, the capo is on anyway
< Swapped: **4** is now *Inter-Library Loan*, **6** is *Marginalia*. Still no two fast ones together. 🥁
""",
)

RUST = Scene(
    "5h 50m",
    "tui",
    """
> Nephew's homework, he learns Rust: count words, biggest first. What would you change?

  ```rust
  let mut m = HashMap::new();
  for w in text.split(" ") {
      if m.contains_key(w) { *m.get_mut(w).unwrap() += 1; } else { m.insert(w, 1); }
  }
  ```
< Two things. `split(" ")` gives empty words between double spaces, and each word is looked up twice. `entry` does it once:

  ```rust
  use std::collections::HashMap;

  fn ranking(text: &str) -> Vec<(&str, usize)> {
      let mut counts: HashMap<&str, usize> = HashMap::new();
      for word in text.split_whitespace() {
          *counts.entry(word).or_default() += 1;
      }
      let mut ranked: Vec<_> = counts.into_iter().collect();
      ranked.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
      ranked
  }
  ```

  The second key in the sort matters: without it, words of equal count come out in another order on every run.
> He asks why `&str` lives long enough
< Because each key *borrows from `text`*, and the returned vector names that loan in its type. Written out in full:

  ```rust
  fn ranking<'t>(text: &'t str) -> Vec<(&'t str, usize)>
  ```

  The compiler fills in `'t` by itself. Tell him he asked the right question.
""",
)

JAPANESE = Scene(
    "7h 15m",
    "feishu",
    """
> 「木漏れ日」を英語で一語にできますか。装丁の帯に使います。
< 一語では難しいです。候補を並べます。

  | 英語 | 直訳 | 帯に |
  |:-----|:-----|:----:|
  | *leaflight* | 葉の光 | ◎ |
  | *dappled light* | まだらな光 | ○ |
  | *sunlight through leaves* | 葉を抜ける日光 | △ |

  **leaflight** は造語ですが、読めばすぐ分かります。短いので、帯には一番合います。
> 编辑问：中文版怎么处理？
< 中文里也没有现成的词。可以写成「**叶隙光**」，或者更口语的「树缝里漏下来的阳光」。

  书腰上建议用前者，三个字，和英文 *leaflight* 一样短。
> 谢谢！🙇‍♀️
< 不客气。校样来了请告诉我，我再核对一遍译名。
""",
)

VOICE_NOTE = Scene(
    "9h 20m",
    "telegram",
    """
>

  <attachments>
  <attachment index="1" type="audio" filename="voice-0412.ogg" duration="19s">
  Transcript: Okay, I am in the car, so, don't let me forget: Ilse needs the costume by Friday, it is a heron, not a stork, she was very clear about that. And milk.
  </attachment>
  </attachments>
$ todo_add | added 2: "Heron costume for Ilse (not a stork)", "Milk"
< Noted, both:

  - [ ] **Heron** costume for Ilse, by Friday. *Not a stork.*
  - [ ] Milk

  A heron is grey with a black crest and a yellow bill; the grey blanket from the attic would do for wings.
""",
)

SCENES = (
    LISBON,
    WEATHER,
    BACKUP,
    COVER_LETTER,
    INVOICES,
    HEBREW,
    SETLIST,
    RUST,
    JAPANESE,
    VOICE_NOTE,
)
"""The last day, newest first."""
