import Browser
import Foundation
import Screen

/// The themes there are: those built into the program and the files of the user, which win where names are equal.
///
/// It reads files: never on the UI thread.
struct ThemeLibrary: Sendable {
    /// The folder of the user's own themes; nil when there is none to look into.
    let folder: String?

    /// The themes in the program, in the order in which they are shown. The first is that of a start.
    static let builtIn: [(name: String, yaml: [UInt8])] = [
        ("terminal", PackageResources.terminal_yaml),
        ("dark", PackageResources.dark_yaml),
        ("dusk", PackageResources.dusk_yaml),
        ("light", PackageResources.light_yaml),
        ("paper", PackageResources.paper_yaml),
        ("high-contrast-dark", PackageResources.high_contrast_dark_yaml),
        ("high-contrast-light", PackageResources.high_contrast_light_yaml),
        ("monochrome", PackageResources.monochrome_yaml),
    ]

    /// How many files of the user are looked at; more is no folder of themes.
    private static let fileLimit = 64

    /// The names of all themes, the user's own behind those built in.
    var names: [String] {
        let own = ownFiles.map(\.name)
        let builtIn = Self.builtIn.map(\.name)
        return builtIn + own.filter { !builtIn.contains($0) }
    }

    /// All themes, each with what is wrong with its file.
    func choices() -> [ThemeChoice] {
        let own = Set(ownFiles.map(\.name))
        return names.map { name in
            let origin: ThemeChoice.Origin = own.contains(name) ? .own : .builtIn
            do throws(FileProblem) {
                return ThemeChoice(name: name, origin: origin, content: .theme(try theme(name)))
            } catch {
                return ThemeChoice(name: name, origin: origin, content: .problem(error.description))
            }
        }
    }

    /// The theme of a name.
    ///
    /// - Throws: `FileProblem` when there is none, or its file or one from which it goes on is wrong.
    func theme(_ name: String) throws(FileProblem) -> Theme {
        let own = ownFiles
        if !own.contains(where: { $0.name == name }) {
            // Both are written out in the program: nothing needs to be parsed.
            if name == Theme.terminal.name { return .terminal }
            if name == Theme.monochrome.name { return .monochrome }
        }
        var files: [ThemeFile] = []
        var seen: [Place] = []
        var next = place(of: name, own)
        if next == nil { throw FileProblem(file: "themes", text: "unknown theme \(quoted(name))") }
        while let place = next {
            seen.append(place)
            let file = try read(place, name: place.name)
            files.append(file)
            guard let parent = file.inherits?.name else { break }
            // A file of a built-in's name that goes on from that name means the one built in.
            next = self.place(of: parent, parent == place.name ? [] : own)
            guard let following = next else {
                guard parent != place.name else { throw file.problemOfInheritance("a theme can't inherit itself") }
                let near = Spelling.question(about: parent, in: names).map { "; " + $0 } ?? ""
                throw file.problemOfInheritance("unknown theme \(quoted(parent))\(near)")
            }
            guard !seen.contains(following) else {
                let circle = (seen + [following]).map(\.name).joined(separator: ", ")
                throw file.problemOfInheritance("themes inherit each other in a cycle: \(circle)")
            }
        }
        return try ThemeFile.theme(name, files)
    }

    // MARK: Files

    /// Where a theme is read from.
    private struct Place: Hashable {
        var name: String
        /// Nil for one built in.
        var path: String?
    }

    private func place(of name: String, _ own: [Place]) -> Place? {
        if let file = own.first(where: { $0.name == name }) { return file }
        return Self.builtIn.contains { $0.name == name } ? Place(name: name) : nil
    }

    private var ownFiles: [Place] {
        guard let folder, let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return files.sorted().filter { $0.hasSuffix(".yaml") && $0.utf8.count > 5 }.prefix(Self.fileLimit)
            .map { Place(name: String($0.dropLast(5)), path: "\(folder)/\($0)") }
    }

    private func read(_ place: Place, name: String) throws(FileProblem) -> ThemeFile {
        let file = "themes/\(name).yaml"
        let bytes: Data
        if let path = place.path {
            guard let content = try UntrustedFile.content(of: path, file: file, kind: .theme) else {
                throw FileProblem(file: file, text: "it can't be read: \(String(cString: strerror(ENOENT)))")
            }
            bytes = content
        } else {
            bytes = Data(Self.builtIn.first { $0.name == name }?.yaml ?? [])
        }
        return try ThemeFile(YAMLText(bytes, file: file, of: .theme), name: name, file: file)
    }
}
