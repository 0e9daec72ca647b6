import pytest

from tools.copy_assets import own_style_sheet

FOREIGN = "@font-face{font-family:F;src:url(https://fonts.example/f.woff2)}"
OWN = ".a{background:url(/assets/images/arrow.svg)}.b{color:red}"


def test_the_licensed_typeface_goes_and_images_are_named_relative_to_the_sheet():
    text = own_style_sheet(FOREIGN * 2 + OWN + "/*# sourceMappingURL=a.css.map */")
    assert text == ".a{background:url(images/arrow.svg)}.b{color:red}"


@pytest.mark.parametrize(
    "text",
    [FOREIGN + OWN, FOREIGN * 3 + OWN, FOREIGN * 2 + ".a{src:url(https://fonts.example/f)}"],
    ids=["one typeface less", "one more", "another address"],
)
def test_a_style_sheet_that_is_not_the_one_looked_at_is_refused(text):
    with pytest.raises(SystemExit):
        own_style_sheet(text)
