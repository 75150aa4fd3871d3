"""Where things are in the project."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
ARTICLES = ROOT / "data" / "articles"
"""The sample articles."""
DATA = ROOT / "tests" / "data"
SUPPORT = ROOT / "tests" / "support"
"""What tests share, the programs that they start among them."""
CASES = DATA / "cases"
"""What public reports say goes wrong with programs of this kind, written anew; one folder a case."""
