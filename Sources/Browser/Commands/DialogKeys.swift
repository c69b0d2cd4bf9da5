import Screen

/// Where keys mean something of their own: the kinds of dialogs, and lines that are typed.
public enum KeyContext: String, Hashable, Sendable {
    /// A list to pick from.
    case menu
    /// The list of the values that a field of a form can have.
    case choices
    case form
    /// A question that is answered by yes or no.
    case question
    /// A line that is typed: a filter, a command.
    case typing
    /// A list that is filtered by typing.
    case search
}

/// What a key does in a dialog or while a line is typed. Keys and footer read the table below; every row can be bound to
/// other keys by its id, `menu.accept`.
public enum DialogAction: String, Hashable, Sendable {
    case cancel, accept, submit, choose, complete, yes, left, right
    case up, down, pageUp, pageDown, first, last

    /// How it moves the cursor of a list; nil when it does something else.
    var motion: PickList.Motion? { PickList.Motion(rawValue: rawValue) }

    /// The keys of every context, those that are shown first. What `Command.cancel` is bound to cancels in each of them.
    static let standard: KeyValuePairs<KeyContext, KeyValuePairs<DialogAction, String>> = [
        .menu: [
            .cancel: "q", .accept: "enter space l", .down: "down tab j", .up: "up shift-tab k", .pageDown: "pgdn",
            .pageUp: "pgup", .first: "home g", .last: "end G",
        ],
        .choices: [
            .cancel: "left", .accept: "enter tab", .choose: "space", .down: "down j", .up: "up k", .pageDown: "pgdn",
            .pageUp: "pgup", .first: "home", .last: "end",
        ],
        .form: [
            .submit: "ctrl-s", .accept: "enter", .choose: "space", .down: "tab down", .up: "shift-tab up",
            .left: "left", .right: "right",
        ],
        .question: [.cancel: "n q", .yes: "y Y", .accept: "enter"],
        .typing: [
            .accept: "enter", .complete: "tab", .down: "down", .up: "up", .pageDown: "pgdn", .pageUp: "pgup",
        ],
        .search: [
            .accept: "enter", .down: "down tab", .up: "up shift-tab", .pageDown: "pgdn", .pageUp: "pgup",
        ],
    ]
}

/// A key as a dialog gets it, with what it does there; nil when it is bound to nothing, and perhaps types something.
struct KeyPress {
    let key: Key
    let action: DialogAction?
}

/// What some keys of a dialog do here and now, for the footer.
struct DialogHint {
    let actions: [DialogAction]
    let label: String
    let rank: Int

    init(_ actions: [DialogAction], does label: String, _ rank: Int) {
        (self.actions, self.label, self.rank) = (actions, label, rank)
    }

    init(_ actions: DialogAction..., does label: String, _ rank: Int) { self.init(actions, does: label, rank) }
}

extension [DialogHint] {
    /// What a list to pick from says: what moving does, what picking does, what leaving does.
    static func picking(_ move: String, _ pick: String, _ leave: String) -> [DialogHint] {
        [
            DialogHint(.down, .up, does: move, 2), DialogHint(.accept, does: pick, 0),
            DialogHint(.cancel, does: leave, 1),
        ]
    }
}

extension Key {
    /// What a terminal sends to interrupt a program: it cancels in every dialog, and pressed twice it ends the program.
    static let interrupt = Key(.character("c"), .control)
}
