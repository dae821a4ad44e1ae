"""Many runs: patterns compared under the same luck, assumptions swept, and an answer that says how sure it is.

A `Model` is what is run, a `Spec` says which run, an experiment folder keeps what came out, `Results` are read from
it by the replication, and an answer is what is said of them. Rules: each decision is made on the contiguous prefix of
complete replications, and nothing depends on who ran what, when or where.
"""
