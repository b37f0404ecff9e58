"""What customers say of us, asked with care: the verdict on a case, and expectation beside what was received.

Asking: `asking.decide` says whether somebody may be asked now, stores why not, and else asks (`judging`, `inviting`);
`pairing` draws those who say what they expect and later what they received. Answering: `answering.open` writes
nothing; `answering.give_verdict` and `answering.fill_in` count once an invitation. A verdict below *as expected* opens
a follow-up (`following_up`). Staff say what they believe customers would answer (`believing`), on ballots that nobody
can trace, and `suppressing` says what of it may be shown. Nobody is asked while an answer or a promise is owed, nor
twice within thirty days. No person is rated.
"""
