public import ITwinsAPI
public import Screen

/// Names a request, so that its answer finds its place and an answer that nobody waits for any more is dropped.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
    let number: Int

    /// The number, for logs.
    public var description: String { "#\(number)" }
}

/// Something that happened, in the order in which it happened.
public enum Event: Sendable {
    /// A key, a paste, a new size or a change of focus.
    case input(InputEvent)
    /// The moment that `Browser.nextDeadline` named has come.
    case deadline
    /// Where the requests go is known: the local service runs, or the profile names it. One of another profile than the
    /// present one comes too late and says nothing.
    case connected(Connection)
    /// The profiles that can be chosen were read.
    case profiles([ProfileChoice])
    /// How signing in to a profile stands; of another profile than the present one it says nothing.
    case signIn(SignInState, profile: String)
    /// Something happened while a user signs in to a profile; of another profile than the present one it says nothing.
    case signingIn(SignInEvent, profile: String)
    /// The authority's clock is ahead of this machine's by some seconds, more than can be left unsaid.
    case clockSkew(seconds: Double, profile: String)
    /// What an earlier run remembered was read.
    case remembered(Remembered)
    /// The theme that an earlier run chose was read, later than the first screen was drawn.
    case theme(Theme)
    /// The themes that can be chosen were read.
    case themes([ThemeChoice])
    /// A page of a list came.
    case page(RequestID, PreparedPage)
    /// A request ended. A list that is loaded page by page ends with `.done` after its last page.
    case answered(RequestID, Result<Answer, RequestError>)
    /// The size of an export's file, in bytes; nil when it cannot be told.
    case measured(RequestID, bytes: Int?)
    /// Some of a file has come or was sent: bytes so far, and of how many in all when that is known.
    case progressed(RequestID, received: Int, of: Int?)
    /// A request is sent again at a moment; why the try before it failed, or why the service wants none until then.
    case waiting(RequestID, until: Timestamp, because: RequestError.Reason)
    /// The wait of a request is over.
    case retrying(RequestID)
    /// A request began, something of it was sent or came, or it ended.
    case exchange(Exchange)
    /// A download ended.
    case downloaded(RequestID, Result<ExportFile, DownloadFailure>)
    /// Something the user should know that is no answer, such as a file that could not be written.
    case notice(String)

    /// True for what a user does.
    var isInput: Bool { if case .input = self { true } else { false } }
}

/// Something to be done outside; the browser itself does no input or output.
public enum Effect: Hashable, Sendable {
    /// Performs an operation and answers once; whether a user asks for just this, so that it is tried again although many
    /// others failed (reliability H4).
    case perform(RequestID, ITwinsAPI.Operation, isUserInitiated: Bool = false)
    /// Loads a list page by page, from its beginning or from the link of a page that failed; whether a user asks for just
    /// this.
    case load(RequestID, PagedOperation, from: String?, isUserInitiated: Bool = false)
    /// Asks how large the file behind an export's link is, without the token: it may lie on another host.
    case measure(RequestID, link: String)
    /// Fetches the file of an export and reads it through.
    case download(RequestID, Download)
    /// Reads the themes that can be chosen, and answers with `.themes`.
    case listThemes
    /// Reads the profiles that can be chosen, and answers with `.profiles`.
    case listProfiles
    /// Sends what is asked from now on to the service of a profile.
    case switchProfile(String)
    /// Who is signed in to the present profile is this user: requests that follow are made for them and nobody else.
    case requestFor(user: UInt64)
    /// Begins to sign in to the present profile; how that stands comes as `.signIn`.
    case signIn
    /// Ends signing in.
    case cancelSignIn
    /// Gives the one that signs in what the user pasted: the address where the web browser ended, or a code.
    case pasteSignIn(String)
    /// Puts a text into the clipboard of the user's terminal, where that allows it.
    case copy(String)
    /// Rings the terminal's bell.
    case bell
    /// Stops a request; its answer is not waited for.
    case cancel(RequestID)
    /// Writes what the next run should know.
    case save(Remembered)
    /// Draws the whole screen anew.
    case redraw
    /// Stops the program until the shell continues it.
    case suspend
    /// Ends the program with an exit status.
    case quit(status: Int32)
}

/// The file of an export that is to be fetched.
public struct Download: Hashable, Sendable {
    /// The signed link; it gets no token.
    public var link: String
    /// What the file is.
    public var format: ExportFormat
    /// Where it goes, as typed: absolute, from the home folder with `~/`, or from the working folder.
    public var path: String
    /// Whether a file that is there is replaced.
    public var replaces: Bool

    /// Makes a description of a download.
    public init(link: String, format: ExportFormat, path: String, replaces: Bool = false) {
        self.link = link
        self.format = format
        self.path = path
        self.replaces = replaces
    }
}

/// What the program remembers from run to run.
public struct Remembered: Hashable, Sendable {
    /// When iTwins were opened here, by id.
    public var opened: [String: Timestamp]
    /// What lists are sorted by, by what their columns are called; lists that nobody sorted have none. Those of lists and
    /// columns that there are none of were written by another version of the program, and do nothing.
    public var sorts: [String: ListSort]
    /// How the screen is divided.
    public var borders = Borders()
    /// The name of the theme that was chosen in this run; nil when none was, so that what was chosen before stays.
    public var theme: String?

    /// Makes an empty memory, or one of what is known.
    public init(opened: [String: Timestamp] = [:], sorts: [String: ListSort] = [:], theme: String? = nil) {
        self.opened = opened
        self.sorts = sorts
        self.theme = theme
    }

    /// How many iTwins are remembered; older ones are forgotten.
    public static let capacity = 200
}

extension Effect {
    /// The effect as that of a user who asks for just this.
    var requestedByUser: Effect {
        switch self {
        case .perform(let id, let operation, _): .perform(id, operation, isUserInitiated: true)
        case .load(let id, let list, let link, _): .load(id, list, from: link, isUserInitiated: true)
        default: self
        }
    }
}
