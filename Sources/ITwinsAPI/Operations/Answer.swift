/// What an operation brought.
public enum Answer: Hashable, Sendable {
    /// iTwins of get-my-itwins, favorites or recents.
    case iTwins(Page<ITwin>)
    /// One iTwin, and the object it was read from.
    case iTwin(ITwin, source: JSON)
    /// Repositories of an iTwin, and the objects they were read from.
    case repositories(Page<Repository>)
    /// One repository.
    case repository(Repository)
    /// The image of an iTwin.
    case image(ITwinImage)
    /// Resources of a repository, and where they go on.
    case resources(Page<Resource>)
    /// One resource.
    case resource(Resource)
    /// How a resource can be drawn.
    case graphics(Page<Graphics>)
    /// Exports, newest first.
    case exports(Page<Export>)
    /// One export.
    case export(Export)
    /// Success without anything to say.
    case done
}

extension Operation {
    /// Why an answer is not what the contract promises, in plain words.
    public struct UnexpectedAnswer: Error, Hashable, Sendable {
        /// What came instead.
        public let reason: String
    }

    /// Reads the body of a successful answer (contract section 5), element by element, so that a bad one costs only
    /// itself.
    ///
    /// - Parameters:
    ///   - body: the JSON; nil for an empty body.
    ///   - maxReturn: the value of the answer's `X-Max-Return`.
    /// - Throws: `UnexpectedAnswer` when the envelope is another one than this operation's.
    public func answer(body: JSON?, maxReturn: Int? = nil) throws(UnexpectedAnswer) -> Answer {
        switch id.declaration.answer {
        case .iTwins:
            var page = try page(body, "iTwins", ITwin.init)
            page.maxReturn = maxReturn
            return .iTwins(page)
        case .iTwin:
            let source = try member(body, "iTwin")
            guard let iTwin = ITwin(source) else { throw UnexpectedAnswer(reason: "“iTwin” has no ID") }
            return .iTwin(iTwin, source: source)
        case .exports: return .exports(try page(body, "exports", Export.init))
        case .export:
            guard let export = Export(try member(body, "export")) else {
                throw UnexpectedAnswer(reason: "“export” has no ID or status")
            }
            return .export(export)
        case .image:
            guard let image = ITwinImage(try member(body, "image")) else {
                throw UnexpectedAnswer(reason: "“image” has no ID")
            }
            return .image(image)
        case .repositories: return .repositories(try page(body, "repositories", Repository.init))
        case .repository:
            guard let repository = Repository(try member(body, "repository")) else {
                throw UnexpectedAnswer(reason: "“repository” has no ID or class")
            }
            return .repository(repository)
        case .resources: return .resources(try page(body, "resources", Resource.init))
        case .resource:
            guard let resource = Resource(try member(body, "resource")) else {
                throw UnexpectedAnswer(reason: "“resource” has no ID")
            }
            return .resource(resource)
        case .graphics: return .graphics(try page(body, "graphics", Graphics.init))
        case .none: return .done
        }
    }

    private func member(_ body: JSON?, _ name: String) throws(UnexpectedAnswer) -> JSON {
        guard let body else { throw UnexpectedAnswer(reason: "the body is empty") }
        guard let value = body[name] else { throw UnexpectedAnswer(reason: "the body has no “\(name)”") }
        return value
    }

    private func page<Element>(_ body: JSON?, _ name: String, _ read: (JSON) -> Element?) throws(UnexpectedAnswer)
        -> Page<Element>
    {
        guard let elements = try member(body, name).array else {
            throw UnexpectedAnswer(reason: "“\(name)” is not a list")
        }
        let items = elements.compactMap(read)
        let next = body?["_links"]?["next"]?["href"]?.string
        return Page(items, unreadable: elements.count - items.count, next: next)
    }
}
