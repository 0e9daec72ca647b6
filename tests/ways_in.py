"""By which ways somebody asks at an address.

ways_in          as a page, as a form and as a script
other_methods    which no address takes, whoever asks
every_way_in     both
"""


def ways_in(browser, address):
    yield "page", browser.get(address)
    yield "form", browser.submit(address)
    yield "script", browser.call(address)


def other_methods(browser, address):
    headers = {"x-csrftoken": browser.csrf}
    for method in (browser.put, browser.patch, browser.delete):
        yield method.__name__, method(address, headers=headers)


def every_way_in(browser, address):
    yield from ways_in(browser, address)
    yield from other_methods(browser, address)
