import Foundation
import HTTPTypes
import ITwinsAPI

/// Finds the operation of a path and method among the routes of both tables (contract sections 1.1 to 1.4).
struct RouteMatcher: Sendable {
    private let routes: [Entry]
    /// Second segments with a meaning of their own, which are never an iTwin's id.
    private let reserved: Set<String>

    private struct Entry: Sendable {
        let method: HTTPRequest.Method
        let segments: [String]
        let target: Target
    }

    /// An operation, and the table by whose path it was asked for.
    struct Target: Hashable, Sendable {
        let operation: OperationID
        let table: RouteTable

        /// Every operation of the live table, each followed by its alias where the document has another path.
        static let all: [Target] = OperationDeclaration.all.flatMap { declaration in
            RouteTable.allCases.compactMap { table in
                guard let path = declaration.template(in: table), table == .live || path != declaration.live else {
                    return nil
                }
                return Target(operation: declaration.id, table: table)
            }
        }

        /// What the table of operations says of it.
        var declaration: OperationDeclaration { operation.declaration }

        /// The path from the origin, ids in braces.
        var template: String { declaration.template(in: table) ?? declaration.live }

        /// What is sent along.
        var body: OperationDeclaration.Body {
            table == .document ? declaration.documentBody : declaration.body
        }

        /// What a success brings.
        var answer: OperationDeclaration.AnswerKind {
            table == .document ? declaration.documentAnswer : declaration.answer
        }

        /// The status of success.
        var success: Int { table == .document ? declaration.documentSuccess : declaration.success }
    }

    /// What a path leads to.
    enum Match: Hashable, Sendable {
        /// An operation, and the texts that stand where its path has names in braces.
        case operation(Target, PathIDs)
        /// The path exists, but with other methods: those of an `Allow` header.
        case otherMethods(allowed: String)
        /// No such path.
        case none
    }

    init() {
        let routes: [Entry] = Target.all.compactMap { target in
            guard let method = HTTPRequest.Method(rawValue: target.declaration.method.rawValue) else { return nil }
            return Entry(
                method: method,
                segments: target.template.split(separator: "/").map(String.init),
                target: target
            )
        }
        self.routes = routes
        // The doubled prefix is no id either, although no route of this list starts with it.
        reserved = Set(routes.compactMap { $0.segments.dropFirst().first }.filter { !Self.isMark($0) })
            .union(["itwins"])
    }

    /// Finds what the decoded segments of a path lead to.
    func match(_ method: HTTPRequest.Method, _ path: [String]) -> Match {
        let path = Self.canonical(path)
        var methods: [HTTPRequest.Method] = []
        for route in routes where fits(path, route.segments) {
            if route.method == method || (route.method == .get && method == .head) {
                return .operation(route.target, PathIDs(path, route.segments.map { Self.isMark($0) ? $0 : nil }))
            }
            methods.append(route.method)
        }
        return methods.isEmpty ? .none : .otherMethods(allowed: Self.allowed(methods))
    }

    /// The path with the first segment in lower case and the doubled prefix, in any letter case, taken away once.
    private static func canonical(_ path: [String]) -> [String] {
        guard let first = path.first else { return path }
        var rest = path.dropFirst()
        if first.lowercased() == "itwins", rest.first?.lowercased() == "itwins" { rest = rest.dropFirst() }
        return [first.lowercased()] + rest
    }

    private func fits(_ path: [String], _ segments: [String]) -> Bool {
        guard path.count == segments.count else { return false }
        return zip(path, segments).enumerated().allSatisfy { index, pair in
            let (text, segment) = pair
            guard Self.isMark(segment) else { return text == segment }
            // A third prefix is none in any letter case (contract section 17.20).
            return index != 1 || !(reserved.contains(text) || text.lowercased() == "itwins")
        }
    }

    private static func isMark(_ segment: String) -> Bool { segment.hasPrefix("{") }

    private static func allowed(_ methods: [HTTPRequest.Method]) -> String {
        let known: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        return known.filter { method in
            method == .options || methods.contains(method) || (method == .head && methods.contains(.get))
        }
        .map(\.rawValue).joined(separator: ", ")
    }
}

/// The ids in a path. UUIDs are kept in lower case and found in any.
struct PathIDs: Hashable, Sendable {
    private var texts: [String: String] = [:]

    /// Takes the segments that have a mark, such as `{resourceId}`, at the same place.
    init(_ path: [String], _ marks: [String?]) {
        for (text, mark) in zip(path, marks) {
            if let mark { texts[mark] = text }
        }
    }

    /// The iTwin or export that the path is about. Texts that are no UUID are no ids of anything.
    var id: String { Self.uuid(texts["{id}"] ?? texts["{iTwinId}"] ?? "") ?? "" }

    /// The repository: a UUID, or the class name of an automatic or global one.
    var repositoryID: String {
        let text = texts["{repositoryId}"] ?? ""
        return Self.uuid(text) ?? text
    }

    /// The resource: any text.
    var resourceID: String { texts["{resourceId}"] ?? "" }

    private static func uuid(_ text: String) -> String? { UUID(uuidString: text)?.uuidString.lowercased() }
}
