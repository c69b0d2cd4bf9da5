extension Command {
    /// Every command, in the order of the help.
    public static let all: [Command] = [
        .moveDown, .moveUp, .moveFirst, .moveLast, .moveHalfPageDown, .moveHalfPageUp, .movePageDown, .movePageUp,
        .nextPane, .previousPane, .nextTab, .previousTab, .moveBorderLeft, .moveBorderRight,
        .open, .back, .create, .edit, .delete, .uploadImage, .removeImage, .export, .download, .toggleFavorite,
        .copyID, .filter, .sort, .toggleInactive, .toggleScope, .reveal, .refresh, .cancelOne, .cancelAll,
        .dashboard, .iTwins, .favorites, .exports, .requests, .global, .historyBack, .historyForward,
        .signIn, .command, .messages, .themes, .help, .cancel, .redraw, .suspend, .quit,
    ]

    /// The commands of the footer in the order they stand there, and how much each is needed; 0 is needed most.
    static let footer: [(command: Command, rank: Int)] = [
        (.signIn, 0), (.open, 1), (.nextPane, 3), (.nextTab, 6), (.create, 2), (.edit, 5), (.delete, 7), (.download, 1),
        (.toggleFavorite, 8), (.filter, 4), (.sort, 9), (.cancelOne, 1), (.cancelAll, 5), (.reveal, 12), (.refresh, 10),
        (.command, 12), (.help, 0),
        (.quit, 11),
    ]
}

extension Browser {
    /// The commands that do something here and now.
    var availableCommands: Set<Command> { Set(Command.all.filter { $0.availability(in: self).target != nil }) }
}
