"""Who could have gained by filing otherwise: each claim of a party changed, the instance solved again, what comes out compared.

No rule of this program is strategy-proof. What is reported is a what-if about a rule: nobody is said to have filed falsely.

- `edits`: changed instance files, each an ordinary instance that anybody can solve.
- `variants`: which changes are tried for which party.
- `worth`: what an allocation of a changed instance is worth by the values of the true one.
- `solver.many`: many instances side by side in child processes, none twice.
- `study`: the question asked; `report`, `text` and `summary`: its answer.
"""
