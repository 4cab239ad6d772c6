"""The icons that pages may use, by their names in the icon set.

One sprite file is built from this list when the browser assets are installed; a page that
asks for a name that is not here fails in the tests, so add the name here first.
"""

_NAMES = """
    activity address-book adjustments-horizontal alert-circle alert-triangle api archive
    arrow-back-up arrow-down arrow-left arrow-right arrow-up arrows-exchange arrows-join
    arrows-sort arrows-split
    baby-carriage ban beach bed bell bolt bookmark building building-skyscraper building-store
    bus cake calendar calendar-event car cash category chart-bar check chevron-down chevron-left
    chevron-right chevron-up chevrons-left chevrons-right circle circle-check circle-dashed
    circle-x clipboard-list clock coin coins columns command copy copy-check credit-card crown
    database device-desktop devices dots dots-vertical download edit external-link eye eye-off
    file file-import file-spreadsheet file-text filter filter-off fingerprint flag folder friends
    gift git-merge heart help-circle history home home-heart hourglass id id-badge-2 inbox
    info-circle key keyboard language layout-list layout-sidebar-left-collapse
    layout-sidebar-left-expand link link-off list list-check lock lock-open login logout luggage
    mail mail-off map map-2 map-pin menu-2 message message-circle minus moon note notebook notes
    palette paperclip pencil phone plane plane-arrival plane-departure player-pause player-play
    player-stop plug plug-connected plus point printer receipt refresh reload report-analytics
    robot rotate route salad search server settings shield shield-check ship sort-ascending
    sort-descending sparkles square square-check stack-2 star sun switch-horizontal table tag tags
    ticket train trash trash-x unlink upload user user-check user-circle user-off user-plus users
    versions walk wand webhook wheelchair world x
"""

ICONS: frozenset[str] = frozenset(_NAMES.split())
