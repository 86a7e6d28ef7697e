"""Installs the extension; what can be declared stands in ``setup.cfg``.

The compiled translations (``.mo``) and the scripts of others (``third_party.csv``) are products of
the build and are made here, so that an install from a git address carries them too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


def compile_translations() -> None:
    """Compile each ``i18n/*/LC_MESSAGES/*.po`` to the ``.mo`` beside it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    here = Path(__file__).parent / "ckanext" / "greekmunicipal" / "i18n"
    for po in sorted(here.glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parts[-3], domain=po.stem)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)


def fetch_scripts() -> None:
    """Fetch the scripts of the pages; without them pages work, with tables instead of charts."""
    sys.path.insert(0, str(Path(__file__).parent))
    import third_party

    try:
        third_party.fetch(["package"])
    except third_party.ThirdPartyError as error:
        sys.stderr.write(f"ckanext-greekmunicipal: pages will have no charts. {error}\n")


class BuildWithProducts(build_py):
    """``build_py`` that compiles the translations and fetches the scripts first."""

    def run(self) -> None:
        """Make them, then build."""
        compile_translations()
        fetch_scripts()
        super().run()


setup(
    cmdclass={"build_py": BuildWithProducts},
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
)
