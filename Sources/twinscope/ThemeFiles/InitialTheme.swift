import Browser
import Foundation
import ITwinsAPI
import Screen

/// The theme of the first screen, found while nobody waits for long.
enum InitialTheme {
    /// How long the first screen waits for what was remembered; a file that takes longer changes the screen afterwards.
    private static let patience = Duration.milliseconds(50)

    /// - Throws: `Failure` of wrong usage when there is no theme of a name.
    static func check(_ name: String, _ library: ThemeLibrary) throws {
        let names = library.names
        guard !names.contains(name) else { return }
        let near = Spelling.question(about: name, in: names, isSentence: true).map { " " + $0 } ?? ""
        throw Failure.usage(
            "--theme is “\(name)”, which isn't a theme.\(near) The themes are \(names.joined(separator: ", "))."
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
        let search = Task { () -> Theme? in
            var remembered: Remembered?
            do {
                remembered = try await state?.read()
            } catch {
                queue.post(.notice("\((error as? Failure)?.message ?? "\(error)")."))
            }
            if let remembered { queue.post(.remembered(remembered)) }
            guard let name = name ?? remembered?.theme else { return nil }
            let theme = theme(name, library, queue)
            queue.post(.theme(theme))
            return theme
        }
        return await search.value(within: patience).flatMap(\.self) ?? .terminal
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
