/// Everything a key can do outside dialogs. The raw value is the action's id in configurations.
public enum ActionID: String, CaseIterable, Sendable, Hashable {
    case moveDown = "move.down"
    case moveUp = "move.up"
    case moveFirst = "move.first"
    case moveLast = "move.last"
    case moveHalfPageDown = "move.halfPageDown"
    case moveHalfPageUp = "move.halfPageUp"
    case movePageDown = "move.pageDown"
    case movePageUp = "move.pageUp"
    case open
    case back
    case nextPane = "pane.next"
    case previousPane = "pane.previous"
    case nextTab = "tab.next"
    case previousTab = "tab.previous"
    case moveBorderLeft = "border.left"
    case moveBorderRight = "border.right"
    case dashboard = "place.dashboard"
    case iTwins = "place.iTwins"
    case favorites = "place.favorites"
    case exports = "place.exports"
    case global = "place.global"
    case historyBack = "history.back"
    case historyForward = "history.forward"
    case filter
    case sort
    case create
    case edit
    case delete
    case uploadImage = "image.upload"
    case removeImage = "image.remove"
    case export = "export.create"
    case download = "export.download"
    case toggleFavorite = "favorite.toggle"
    case toggleInactive = "inactive.toggle"
    case toggleScope = "scope.toggle"
    case reveal = "secrets.reveal"
    case refresh
    case signIn = "profile.signIn"
    case command
    case themes
    case help
    case cancel
    case redraw
    case suspend
    case quit
}

/// What an action is called and which keys run it: the one table behind the keymap, the help, the footer and the
/// README.
public struct Action: Sendable {
    /// The id that configurations use.
    public let id: ActionID
    /// What it does, in a few words that begin in lower case.
    public let title: String
    /// One or two words for the footer.
    public let short: String
    /// The heading under which the help lists it.
    public let section: Section
    /// The keys that run it by default, each a chord in key notation, the first one shown first.
    public let chords: [String]
    /// The dialog that it opens; nil for an action that does something else.
    let opens: (any OpenedByAction.Type)?

    /// The headings of the help, in order.
    public enum Section: String, CaseIterable, Sendable {
        case move = "Move"
        case lists = "Lists"
        case places = "Places"
        case program = "Program"
    }

    /// Every action, in the order of the help.
    public static let all: [Action] = [
        Action(.moveDown, "down", "move", .move, ["j", "down"]),
        Action(.moveUp, "up", "move", .move, ["k", "up"]),
        Action(.moveFirst, "first", "first", .move, ["g g", "home"]),
        Action(.moveLast, "last", "last", .move, ["G", "end"]),
        Action(.moveHalfPageDown, "half a page down", "half page", .move, ["ctrl-d"]),
        Action(.moveHalfPageUp, "half a page up", "half page", .move, ["ctrl-u"]),
        Action(.movePageDown, "a page down", "page", .move, ["pgdn"]),
        Action(.movePageUp, "a page up", "page", .move, ["pgup"]),
        Action(.nextPane, "next pane", "pane", .move, ["tab"]),
        Action(.previousPane, "previous pane", "pane", .move, ["shift-tab"]),
        Action(.nextTab, "next tab of the right pane", "tab", .move, ["]"]),
        Action(.previousTab, "previous tab of the right pane", "tab", .move, ["["]),
        Action(.moveBorderLeft, "border between panes to the left", "border", .move, ["<"]),
        Action(.moveBorderRight, "border between panes to the right", "border", .move, [">"]),
        Action(.open, "open, go in", "open", .lists, ["enter", "l", "right"]),
        Action(.back, "back out", "back", .lists, ["h", "left", "backspace"]),
        Action(.create, "new iTwin, repository, resource or export", "new", .lists, ["n"]),
        Action(.edit, "edit an iTwin or a repository", "edit", .lists, ["e"]),
        Action(.delete, "delete, after a dialog that says what is lost", "delete", .lists, ["d"]),
        Action(.uploadImage, "upload an image of the iTwin", "image", .lists, ["u"]),
        Action(.removeImage, "remove the image of the iTwin", "no image", .lists, ["U"]),
        Action(.export, "export iTwins to a file", "export", .lists, ["E"]),
        Action(.download, "write the file of an export", "download", .lists, ["w"]),
        Action(.toggleFavorite, "favorite on or off", "favorite", .lists, ["f"]),
        Action(.filter, "filter as you type", "filter", .lists, ["/"]),
        Action(.sort, "sort by a column", "sort", .lists, ["s"], opens: SortMenu.self),
        Action(.toggleInactive, "show or hide inactive iTwins", "inactive", .lists, ["i"]),
        Action(.toggleScope, "all of the organization, or what is yours", "all", .lists, ["a"]),
        Action(.reveal, "reveal or mask secrets", "reveal", .lists, ["."]),
        Action(.refresh, "refresh", "refresh", .lists, ["r"]),
        Action(.dashboard, "dashboard", "dashboard", .places, ["1"]),
        Action(.iTwins, "iTwins", "iTwins", .places, ["2"]),
        Action(.favorites, "favorites", "favorites", .places, ["3"]),
        Action(.exports, "exports", "exports", .places, ["4"]),
        Action(.global, "global repositories", "global", .places, ["6"]),
        Action(.historyBack, "back to where you were", "back", .places, ["H"]),
        Action(.historyForward, "forward again", "forward", .places, ["L"]),
        Action(.signIn, "sign in to the profile", "sign in", .program, ["S"]),
        Action(
            .command,
            "command line: profile NAME, quit, or any of these",
            "command",
            .program,
            [":"],
            opens: CommandLine.self
        ),
        Action(.themes, "themes", "themes", .program, ["t"], opens: ThemePicker.self),
        Action(.help, "keys", "help", .program, ["?"], opens: Help.self),
        Action(.cancel, "cancel: chord, filter, request", "cancel", .program, ["esc", "ctrl-c"]),
        Action(.redraw, "draw the screen anew", "redraw", .program, ["ctrl-l"]),
        Action(.suspend, "suspend; fg continues", "suspend", .program, ["ctrl-z"]),
        Action(.quit, "leave, quit at the root", "quit", .program, ["q"]),
    ]

    private init(
        _ id: ActionID,
        _ title: String,
        _ short: String,
        _ section: Section,
        _ chords: [String],
        opens layer: (any OpenedByAction.Type)? = nil
    ) {
        (self.id, self.title, self.short) = (id, title, short)
        (self.section, self.chords) = (section, chords)
        opens = layer
    }
}
