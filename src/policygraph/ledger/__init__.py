"""The ledger: what was seen, read, said and decided, appended and never edited."""

from policygraph.ledger.store import Ledger, LedgerError, LockedError, lock

__all__ = ["Ledger", "LedgerError", "LockedError", "lock"]
