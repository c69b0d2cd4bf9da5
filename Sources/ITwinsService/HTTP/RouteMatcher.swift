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
    }

    /// What a path leads to.
    enum Match: Hashable, Sendable {
        /// An operation, and the text that stands where its path has `{id}`.
        case operation(Target, id: String?)
        /// The path exists, but with other methods: those of an `Allow` header.
        case otherMethods(allowed: String)
        /// No such path.
        case none
    }

    private static let idMark = "{id}"

    init() {
        var routes: [Entry] = []
        for operation in OperationID.allCases {
            let route = operation.route
            for table in RouteTable.allCases {
                guard let path = route.template(in: table), table == .live || path != route.live else { continue }
                guard let method = HTTPRequest.Method(rawValue: route.method.rawValue) else { continue }
                let target = Target(operation: operation, table: table)
                routes.append(
                    Entry(method: method, segments: path.split(separator: "/").map(String.init), target: target)
                )
            }
        }
        self.routes = routes
        // Global repositories and the doubled prefix are no ids either, although no route of this list starts with
        // them.
        reserved = Set(routes.compactMap { $0.segments.dropFirst().first }).union(["repositories", "itwins"])
            .subtracting([Self.idMark])
    }

    /// Finds what the decoded segments of a path lead to.
    func match(_ method: HTTPRequest.Method, _ path: [String]) -> Match {
        let path = Self.canonical(path)
        var methods: [HTTPRequest.Method] = []
        for route in routes where fits(path, route.segments) {
            if route.method == method || (route.method == .get && method == .head) {
                return .operation(route.target, id: zip(path, route.segments).first { $1 == Self.idMark }?.0)
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
            guard segment == Self.idMark else { return text == segment }
            // A third prefix is none in any letter case (contract section 17.20).
            return index != 1 || !(reserved.contains(text) || text.lowercased() == "itwins")
        }
    }

    private static func allowed(_ methods: [HTTPRequest.Method]) -> String {
        let known: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        return known.filter { method in
            method == .options || methods.contains(method) || (method == .head && methods.contains(.get))
        }
        .map(\.rawValue).joined(separator: ", ")
    }
}
