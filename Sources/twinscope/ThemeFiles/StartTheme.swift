import Browser
import Foundation
import Screen

/// The theme of the first screen, found while nobody waits for long.
enum StartTheme {
    /// How long the first screen waits for what was remembered; a file that takes longer changes the screen afterwards.
    private static let patience = Duration.milliseconds(50)

    /// - Throws: `Failure` of wrong usage when there is no theme of a name.
    static func check(_ name: String, _ library: ThemeLibrary) throws {
        let names = library.names
        guard !names.contains(name) else { return }
        let near = Spelling.nearest(to: name, in: names).map { " Did you mean “\($0)”?" } ?? ""
        throw Failure.usage(
            "--theme is “\(name)”; there is no such theme.\(near) There are \(names.joined(separator: ", "))."
        )
    }

    /// Reads what is remembered and tells the browser, and finds the theme to begin with: that of a name, else the
    /// remembered one. With a broken one it is the terminal's own colours, and a notice says why.
    static func first(
        named name: String?,
        _ state: StateFile?,
        _ library: ThemeLibrary,
        _ queue: EventQueue
    ) async -> Theme {
        let (themes, found) = AsyncStream.makeStream(of: Theme.self)
        Task {
            var remembered: Remembered?
            do {
                remembered = try await state?.read()
            } catch {
                queue.post(.notice("\((error as? Failure)?.message ?? "\(error)")."))
            }
            if let remembered { queue.post(.remembered(remembered)) }
            if let name = name ?? remembered?.theme {
                let theme = theme(name, library, queue)
                found.yield(theme)
                queue.post(.theme(theme))
            }
            found.finish()
        }
        Task {
            try? await Task.sleep(for: patience)
            found.finish()
        }
        for await theme in themes { return theme }
        return .terminal
    }

    private static func theme(_ name: String, _ library: ThemeLibrary, _ queue: EventQueue) -> Theme {
        do throws(FileProblem) {
            return try library.theme(name)
        } catch {
            queue.post(.notice("\(error.description) The theme “\(Theme.terminal.name)” is used."))
            return .terminal
        }
    }
}
