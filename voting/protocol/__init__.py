"""Core of voting: the protocol concursus/v1, pure (no Django, no I/O).

group            the group, its encodings and the interface of a backend
group_arkworks   the backend used: py_arkworks_bls12381
group_py_ecc     the reference backend: py_ecc, slow and plain
shape            strict reading of JSON values
errors           what the protocol refuses, and why
randomness       where secret scalars come from
transcript       challenges of the proofs (Fiat-Shamir)
pedersen         commitments and their openings
validity         choices, their codes, and the proof that a commitment holds one
keys             keys of trustees and recipients and the proofs that they are known
manifest         what a vote is: motions, trustees, threshold, times
roll             leaves, root, totals of a class, which classes have an amount vector
sharing          polynomials, shares and their equation, interpolation at 0
sealing          boxes: shares encrypted to a trustee
ballot           the body of a ballot: decoding, hashes, shape, boxes
preparing        making a ballot
batch            many ballots verified by one multi-scalar multiplication
acceptance       what a ballot meets on the ledger: used keys, last answers
complaint        a trustee's complaint of a box, and its verdict
counted          the set of counted answers and its hash
tally            tally vectors, sums of trustees, results
disclosure       the opening of a single answer by t trustees
opening          a challenged ballot: everything recomputed from its secrets
weights          proofs of hidden weights (section 11)

Sections named in docstrings are those of docs/protocol.md.
"""
