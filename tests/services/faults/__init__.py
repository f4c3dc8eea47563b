"""What happens to a declaration when a server dies or a service fails: nothing lost, nothing doubled, never silence."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.house")
