"""Claims, evidence, cross-examination, the register."""
