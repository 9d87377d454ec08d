"""Everyday exchanges with slots, for the long threads: enough of them that neighbours never look alike."""

# ruff: noqa: E501 - a paragraph of a play is one line

from __future__ import annotations

SLOTS: dict[str, tuple[str, ...]] = {
    "plant": (
        "the tomatoes",
        "the fig",
        "the sweet peas",
        "the courgettes",
        "the basil",
        "the quince",
        "the leeks",
        "the dahlias",
        "the bay tree",
        "the beans",
    ),
    "pest": ("aphids", "slugs", "whitefly", "the neighbour's cat", "vine weevils", "a very fat pigeon"),
    "dish": (
        "leek and potato soup",
        "the mushroom risotto",
        "dal with spinach",
        "shakshuka",
        "the fish pie",
        "okonomiyaki",
        "lentils and sausages",
        "pasta with sardines",
        "the big frittata",
        "bean chilli",
    ),
    "leftover": (
        "half a cabbage",
        "three carrots and a lemon",
        "cold rice",
        "the end of the feta",
        "two aubergines",
        "far too many eggs",
        "yesterday's bread",
        "a tin of chickpeas",
    ),
    "herb": ("dill", "thyme", "coriander", "mint", "sage", "parsley"),
    "kid": ("Ilse", "Tom"),
    "friend": ("Priya", "Ruth", "Jonas", "Bea", "Old Martin", "Shira", "Kenji"),
    "place": (
        "the allotment",
        "the swimming pool",
        "the library",
        "the station",
        "the music school",
        "the dentist",
        "the market",
        "the repair café",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "time": ("8:15", "9:30", "10:00", "11:45", "13:20", "14:30", "16:00", "17:10", "18:45", "19:30"),
    "song": (
        "Overdue",
        "Dewey Decimal",
        "Quiet, Please",
        "Marginalia",
        "Paper Cut",
        "Inter-Library Loan",
        "Spine",
        "Lost Property",
    ),
    "key": ("A minor", "D", "E flat", "G", "B minor", "F sharp minor"),
    "book": ("The Salt Road", "Nine Winters", "The Beekeeper's Ledger", "A House of Letters", "Low Tide"),
    "language": ("Portuguese", "Hebrew", "Japanese", "Swedish"),
    "word": (
        "saudade = a longing that enjoys itself a little",
        "desenrascanço = getting out of a tight spot with whatever is at hand",
        "davka = precisely because one should not",
        "stam = just like that, for no reason",
        "komorebi = light falling through leaves",
        "lagom = neither too little nor too much",
        "mångata = the road the moon makes on water",
        "firgun = gladness at somebody else's luck",
        "cafuné = running one's fingers through a loved head of hair",
    ),
    "plain": (
        "quiet = *hushed*, *muted*, *close-mouthed*",
        "bright = *clear*, *ready*, *quick*",
        "stubborn = *dour*, *set*, *mulish*",
        "tender = *gentle*, *fond*, *careful*",
        "slow = *leisurely*, *dawdling*, *unhasty*",
    ),
    "rhyme": (
        "salt = *fault*, *halt*, *vault*; near: *felt*, *silt*",
        "winter = *splinter*; near: *linger*, *enter*",
        "ledger = *hedger*, *dredger*; near: *letter*",
        "window = nothing exact, thank goodness; near: *shadow*, *meadow*",
        "harbour = *barber*; near: *labour*, *ardour*",
    ),
    "wonder": (
        "the sky is blue = Air scatters blue light in all directions, so blue comes at you from everywhere.",
        "cats purr = Nobody is quite sure; partly a motor in the throat, partly contentment.",
        "the moon follows the car = It is so far off that a few miles make no difference to where you see it.",
        "onions make you cry = Cutting breaks cells that make a gas; your eyes wash it out.",
        "ice floats = Water makes room for itself when it freezes, so ice is lighter.",
        "we can't hear space = Sound needs something to wobble, and up there is almost nothing.",
    ),
    "service": (
        "photod",
        "the mail relay",
        "restic",
        "the calendar server",
        "nginx",
        "the music library",
        "the print queue",
    ),
    "cause": (
        "a full disk",
        "an expired certificate",
        "a clock that was 40 s off",
        "a stale lock file",
        "two copies running at once",
        "a name that no longer resolves",
    ),
    "chore": (
        "bleed the radiators",
        "descale the kettle",
        "call the chimney sweep",
        "renew the library books",
        "take the glass out",
        "oil the bicycle chain",
        "water the neighbours' cactus",
        "book the eye test",
    ),
    "thing": (
        "the blue raincoat",
        "the spare key",
        "Tom's other shoe",
        "the tuner",
        "the good scissors",
        "the passports",
        "the warranty for the washing machine",
    ),
    "spot": (
        "in the hall cupboard, second shelf",
        "under the piano",
        "in the bass case, front pocket",
        "with Jonas, since Sunday",
        "in the drawer that sticks",
        "at your mother's",
    ),
    "weather": (
        "dry until four, then a short shower",
        "bright and cold, {2-9} °C",
        "grey all day but no rain",
        "windy, gusts of {35-60} km/h",
        "sunny, {17-26} °C",
        "fog until ten, then lovely",
    ),
    "film": (
        "the one with the otters",
        "the one with the lighthouse",
        "*Spirited Paper*",
        "the silent one about trains",
        "*The Third Gardener*",
    ),
    "bird": ("a wren", "a goldfinch", "a blackcap", "a nuthatch", "a young robin", "a very lost parakeet"),
    "town": ("Porto", "Lisbon", "Gothenburg", "Kyoto", "Haifa", "York"),
}
"""Words for each slot; words may hold slots themselves."""

HOME = """
> what can I make with {leftover} and {leftover'}? {20-50} minutes, {3-6} people
< **{dish}**, with {leftover'} on the side. Start the pan cold, add {herb} only at the end, and it is on the table in {20-40} minutes.
---
> how long for {dish} if I double it
< About **{40-75} minutes** instead of {25-35}. Use the wide pot: twice the depth takes far longer than twice the width.
> and can it be frozen
< {Yes, for three months.|Yes, but leave the {herb} out until you serve it.|It can, though the texture suffers. Two days in the fridge is kinder.}
---
> put {chore} on the list for {day}
$ todo_add | added: {chore} | asked for
< On the list for **{day}**. That makes {2-7} things; {chore'} has been there longest.
---
> where is {thing}
$ memory_search | 1 note about {thing} | you told me once
< {spot}, unless somebody moved it: you told me on {day}.
> found it!
< Put it back afterwards and I stay right. 🙂
---
> where did we put {thing}?
< I don't know: nobody told me. Last time it was {spot}.
---
> umbrella?
$ weather | {weather}
< {weather}. {Take the small one.|Leave it at home.|Only if you walk back.}
---
> weather for {place} on {day}
$! weather | timed out after 10 s | today's forecast
$ weather | {weather} | a second try
< {day}: {weather}. The first service did not answer, so this is the other one's word.
---
> what time does {place} close today
$ http | opening hours: 9:00–{17-20}:00
< At **{17-20}:00**; last entry half an hour before.
---
> remind me at {time} to {chore}
$ reminder_create | created for {time}
< At **{time}**: {chore}. 👍
---
> shopping list so far?
< - milk, {2-4} l
  - {herb} (a big bunch)
  - flour, strong, {1-3} kg
  - {something green|lemons|good butter|batteries, AA}
  - {coffee|oats|rice|kitchen paper}
> add {leftover}. no wait, we have that
< Left off. You have {leftover}, and it wants eating.
---
> is it the black bin or the green one this week
< **{Black|Green}**, out by seven. The {glass|paper} goes on {day}.
---
> how warm is the oven for meringue again, and how long
< **{95-110} °C**, {90-110} minutes, door shut, and let it cool inside. Opening it early is how one gets *rustic*.
---
> convert {2-5} cups of flour for me, the book is american
< One cup is **120 g** spooned and levelled. I would weigh the rest of that recipe, too: its author scoops.
---
> The kitchen light flickers when the kettle is on
< A loose neutral at the switch is the usual reason, and it is *not* a thing to leave. Turn that circuit off at the board, and call {friend}'s electrician. Shall I?
> yes please
$ message_send | sent to the electrician: "flickering light, kettle, can you look this week?"
< Asked. She has time on **{day}, {time}**.
"""

GARDEN = """
> Something eats {plant}. Small holes, no slime
< Then it is not slugs. {Flea beetles|Capsid bugs|Weevils} leave holes of {1-3} mm with clean edges. Fleece for {2-3} weeks, and water in the morning.
---
> can I move {plant} now or is it too late
< {Wait for a grey day.|Now is fine, in the evening.|I would wait until the leaves are off.} Dig twice as wide as you think, water before *and* after, and cut a third of the top.
---
> how often do {plant} want water in this heat
< Deep and seldom: {10-15} l every {2-4} days beats a splash each evening. Push a finger in; if it is dry at the second knuckle, water.
---
> {pest} again. on {plant} this time
< In order of kindness:

  1. {a jet of water, every morning|a torch and a jar, at dusk|copper tape}
  2. soft soap, {10-20} ml to the litre
  3. *acceptance*
> we're at 3
< A dignified place to be.
---
> saw {bird} at the feeder!!
< {Wonderful.|Lucky you.|In town, too!} That is number **{14-41}** on the list this year. Shall I put the date down?
> yes
$ memory_write | appended to garden/birds.md: {bird} | for the list
< Down it goes.
---
> what should I sow this week
< | What | Where | Depth |
  |:-----|:------|------:|
  | {lettuce|rocket|chard} | half shade | {1-2} cm |
  | {beetroot|radish|spring onions} | anywhere | {2-3} cm |
  | {peas|beans|nasturtiums} | by the fence | {3-5} cm |
---
> Frost tonight?
$ weather | minimum {1-6} °C at 5:00, clear
< {It stays above zero, just.|Very close: cover {plant}.|Not in the yard; the allotment lies lower, so cover {plant} there.}
---
> the compost smells
< Too much green. Two armfuls of torn cardboard, turn it, and leave the lid ajar for {2-4} days.
---
> {plant} look sad
< How sad? Leaves that hang at noon and stand in the evening are only *warm*. Leaves that hang at breakfast are thirsty.
> breakfast
< {10-14} litres, slowly, now.
"""

WORK = """
> another word for {plain}, but older, and not poetic
< {plain:2}. In a narrator of 1931 I would believe the second one.
---
> how would you do "{word}" in {book}? ch. {2-31}
< Roughly *{word:2}*. There is no one word, so:

  - in dialogue, keep **{word}** and let the reply explain it
  - in narration, spend five words and do not apologise
---
> does "{word}" need italics the second time
< No. The house sheet says italics at first appearance only. You have it {3-14} times in *{book}*; {1-5} still lean.
---
> Word count for this week please
$ shell | {3-9},{100-999} words in {5-21} files
< **{3-9},{100-999}** words, {4-6} working days. At that pace *{book}* is done {11-30} days before the deadline.
> don't tell ruth
< I tell nobody.
---
> draft: tell {friend} I'll be late with chapter {4-30}
< > Dear {friend}, chapter {4-30} needs {two more days|until {day}|one week more}. It is the one with the letters, and the letters deserve it. – M.
> send
$ email_send | queued | asked to
< Sent.
---
> Is "{book}" still in print in {language}?
$ web_search | {2-9} results; newest edition {2009-2024} | look for the newest edition
< Yes, in an edition of **{2009-2024}**. The library has {1-3} copies, and one is free.
---
> invoice {100-340} to {Halden Press|Museu do Mar|the festival}, £{200-980}, due in 30 days
$ invoice_create | invoice {100-340} saved as PDF | as asked
< Made, not sent. Look at the address first: they moved in {March|May|autumn}.
---
> what's {120-990} euros in pounds today
$ http | 1 EUR = 0.85 GBP
< At 0.85 it is a little over **£{102-841}**. Your bank will take {2-4} % of that for its trouble.
---
> call with {friend} is tomorrow at {time} now
$ calendar_update | moved to tomorrow {time}
< Moved. That leaves {20-50} minutes before {kid}'s {swimming|piano|chess}.
---
> Summarise chapter {2-30} of {book} in one sentence. I have to sound awake in {4-9} minutes
< {A letter arrives that everyone but its reader understands.|Two sisters divide a house and cannot divide the piano.|The ferry does not come, and nobody is honest about why they are glad.|He sells the bees, then spends ten pages listening for them.}
---
> the line "{word:2}", too long for the back cover?
< By about half. Try the first {three|four|five} words; the rest is explaining.
---
> rhyme for {rhyme}, near rhymes welcome
< {rhyme:2}
"""

MACHINES = """
> juniper is slow
$ shell | load average: {2-9}.{10-99}, {service} at {60-99} % CPU | see what is busy
< It is **{service}**, because of {cause}. I can restart it, {20-40} seconds of silence.
> do
$ shell | restarted {service}; load 0.{10-40} | asked to
< Quiet again: load 0.{10-40}.
---
> is {service} up
$ http | 200 OK in {12-180} ms
< Up, and it answers in {12-180} ms.
---
> is {service} up?
$! http | connection refused | ask it directly
$ shell | {service}: inactive (dead) since {time} | then ask the system
< **Down** since {time}, because of {cause}. I started nothing; say the word.
> word
$ shell | {service}: active (running)
< Ha. It runs.
---
> how full are the disks
$ shell | /  {30-60} %   /srv {60-80} %   /srv/backup {70-96} %
< ```text
  /            {30-60} %
  /srv         {60-80} %
  /srv/backup  {70-96} %   ← grows 1 % a week
  ```
---
> what was that one-liner for the biggest folders
< ```bash
  du -xh --max-depth=2 /srv | sort -rh | head -{10-25}
  ```
---
> when does the certificate run out
$ shell | notAfter: in {9-80} days
< In **{9-80} days**. It renews itself at 30; if it has not by 20, I shall say so.
---
> {friend} can't print
< `lpstat -p` says *paused*. It pauses itself after {cause}; `cupsenable kitchen` wakes it. Done already, tell them to try again.
---
> did the updates go through
$ shell | {4-38} packages upgraded, no reboot needed | read the log
< Yes, **{4-38}** packages, nothing held back, no reboot.
"""

MUSIC = """
> tempo of {song}, the fast version
< **{88-168}**. The one you rush to {170-182} by the last chorus.
> rude but true
< I have the recording.
---
> {song} in {key}, what does Jonas capo
< Fret **{1-5}**, shapes of G. If {friend} sings it, one lower.
---
> rehearsal this week?
$ calendar_search | {day} {time}, the cellar
< **{day}, {time}**, in the cellar. {friend} brings the small desk; you said you would bring cake.
---
> learn me the bridge of {song}
< ```text
  | Em . . . | C . . . | G . D/F♯ . | Em . . . |
  | Em . . . | C . . . | Am . B7 .  | B7 . . . |
  ```
  The trap is bar 7: the B7 comes **half a bar early**.
---
> strings: which ones did I like
< The {flat|half-round|round}-wound ones, .0{40-50} to .{100-110}. You put them on {3-9} months ago.
---
> the amp hums at {place}
< Ground loop, most likely: amp and desk on different sockets. One strip for both, and the hum should go. *Never* lift the earth.
"""

FAMILY = """
> {kid} has a {cough|temperature of 38.{1-6}|sore throat|tummy ache}. school or no school
< No school, and rest. Call someone if it lasts past **{two|three} days**, climbs over 39.5, or if drinking is refused. Shall I write to the school?
> please
$ school_portal | absence recorded for today
< Written. Their words: *Get well soon, {kid}!*
---
> {kid} asks why {wonder}
< {wonder:2}
> "and why THAT"
< A scientist, then. Next question at breakfast.
---
> who fetches {kid} on {day}
$ calendar_search | {day}: {friend}, {time}
< {friend}, at **{time}**, from {place}.
---
> a birthday present for {friend}, about £{15-60}, not a candle
< - a {second-hand atlas|good trowel|tin whistle|jar of {town} salt}
  - {two tickets for {film}|a standing order of bread|a lesson at {place}}
  - *not a candle*
---
> film for tonight, six and nine, nobody dies
< {film}. {84-118} minutes, {one sad goose, recovers|one storm, all fine|a villain who is mostly tired}.
---
> bedtime story idea, 3 sentences, must have {bird} in it
< Once {bird} found a letter addressed to the wind. It flew to {place} to ask for the house number, and was told to try {town}. It is still on its way, but it writes.
> he wants to know what it writes
< *"Dear wind, are you in?"*
---
> how many days to {the holidays|Ilse's birthday|the fair}
< **{6-97}**, counting today. Tom would say *sleeps*: {6-97} minus one.
---
> Homework: {kid} needs {three|five} facts about {town} by {time}
< 1. It {lies on a river|has more steps than lifts|has a very old market}.
  2. Its {bread|light|library} is famous.
  3. People there say {word}, meaning *{word:2}*.
---
> train to {town} on {day}, two adults two kids
$ web_search | {3-8} connections, from £{38-140} | today's fares
< Cheapest **£{38-140}** at {time}, one change. The {time'} is direct and £{9-30} more; with Tom I would pay that.
---
> thank you for today
< {You did the work.|Any time.|Sleep well, Mara.|Thank *you*: nobody else tells me about {bird}.}
---
> good morning
< {Lovely|Good|A very good} morning! The sky says: {weather}. {kid} has {swimming|piano|chess|library day}, and you have a call at {time}.
---
> what did I forget
< Probably {thing}. Certainly to {chore}.
"""

ALL = "\n---\n".join(part.strip("\n") for part in (HOME, GARDEN, WORK, MACHINES, MUSIC, FAMILY))
"""Every exchange."""
