import Foundation
import GRDB
import ITwinsAPI

/// Export jobs (contract section 8). A job's file is made before the job is answered, of what is there then; the clock decides
/// when it is shown. The service works on two jobs at a time over all users.
struct ExportsController: Sendable {
    let store: Store
    let files: FilesController
    /// How long a job takes; a fifth of it is spent queued, and more while others are worked on.
    let seconds: Double
    /// The clock, which goes on while a file is made.
    let now: @Sendable () -> Timestamp

    /// `create-export`.
    func create(_ call: Call) async throws -> Reply {
        let isOfITwin = call.target.table == .document
        let iTwinID = isOfITwin ? call.id : nil
        let body = ExportBody(call)
        var record = try await store.write { db in
            if isOfITwin { try Access.checkMember(of: call.id, call.user, db) }
            try Access.check(QueryScope.known(body.request.queryScope.rawValue) ?? .member, call.user)
            try body.problems.check("Cannot query iTwins.")
            try Self.checkQuota(call, db)
            let started = max(
                call.now.adding(seconds: seconds / 5),
                try ExportRecord.whenTaken(at: call.now, db)
            )
            let record = ExportRecord(
                id: UUID().uuidString.lowercased(),
                userID: call.userID,
                iTwinID: iTwinID,
                request: body.request,
                created: call.now,
                started: started,
                completed: started.adding(seconds: seconds * 4 / 5),
                outcome: .beingMade
            )
            try record.insert(db)
            return record
        }
        let content = body.content(tree: iTwinID, for: call.user) { files.link(to: $0, call) }
        do {
            record = try await complete(record, content)
        } catch {
            // The refusal counts; a job that stays would be shown as failed.
            let job = record
            try? await store.write { try job.delete($0) }
            throw error
        }
        // Making the file took time: the job is shown as it is now.
        return .json(["export": json(record, call, at: now())], status: 201)
    }

    /// Makes the file, while others use the database too.
    private func complete(_ record: ExportRecord, _ content: ExportContent) async throws -> ExportRecord {
        let limit = Duration.seconds(ServiceLimits.exportFilterSeconds)
        let deadline =
            content.conditions.hasFilter ? ExecutionLimit.Deadline(limit, parameter: "$filter") : nil
        let file = try ExportFile(content, of: record.id, at: record.created)
        let size = try await file.make(store, within: deadline) { [id = record.id, now] db in
            try ExportRecord.noteMaking(of: id, at: now(), db)
        }
        let now = now()
        return try await store.write { db in
            var record = try ExportRecord.find(record.id, db) ?? record
            try record.complete(size, at: now, db)
            return record
        }
    }

    /// `get-my-exports`: those of the last four hours.
    func list(_ call: Call) async throws -> Reply {
        let isOfITwin = call.target.table == .document
        let earliest = call.now.adding(seconds: -ExportRecord.keptSeconds)
        let records = try await store.read { db in
            if isOfITwin { try Access.checkMember(of: call.id, call.user, db) }
            return try ExportRecord.all(after: earliest, userID: call.userID, iTwinID: isOfITwin ? call.id : nil, db)
        }
        try ValidationErrors(call.query).check("Cannot get exports.")
        return .json(["exports": .array(records.map { json($0, call, at: call.now) })])
    }

    /// `get-export`.
    func get(_ call: Call) async throws -> Reply {
        let record = try await store.read { try ExportRecord.find(call.id, userID: call.userID, $0) }
        guard let record else { throw APIError.exportNotFound }
        try ValidationErrors(call.query).check("Cannot get export.")
        return .json(["export": json(record, call, at: call.now)])
    }

    private func json(_ record: ExportRecord, _ call: Call, at now: Timestamp) -> JSON {
        var export = Export(id: record.id, request: record.request, status: record.status(at: now))
        export.createdBy = record.userID
        export.createdDateTime = record.created
        export.startedDateTime = now < record.started ? nil : record.started
        export.completedDateTime = record.status(at: now).isRunning ? nil : record.completed
        export.outputUrl = record.offersFile(at: now) ? files.link(to: record.fileName, call) : nil
        return export.json
    }

    /// One job at a time and three an hour (contract section 8.1).
    private static func checkQuota(_ call: Call, _ db: Database) throws {
        let kept = call.now.adding(seconds: -ExportRecord.keptSeconds)
        let hour = call.now.adding(seconds: -3600)
        let records = try ExportRecord.all(after: kept, userID: call.userID, iTwinID: nil, db)
        var problems = ValidationErrors()
        if records.contains(where: { $0.status(at: call.now).isRunning }) {
            problems.add(.resourceQuotaExceeded, "SimultaneousJobsQuota", "Another export is queued or in progress.")
        }
        if records.count(where: { $0.created > hour }) >= Rules.exportsPerHour {
            problems.add(
                .resourceQuotaExceeded,
                "MaxJobsPerHourQuota",
                "\(Rules.exportsPerHour) exports were created within the last hour."
            )
        }
        try problems.check("Cannot create export.")
    }
}

/// The body of `create-export`, read in the order of contract section 8.1.
private struct ExportBody: Sendable {
    let problems: ValidationErrors
    /// The request as it is kept and shown: what was sent, defaults filled in.
    let request: ExportRequest
    /// The fields of the file, in the order asked for.
    private let fields: [ITwin.Field]
    private let subClasses: [ITwinSubClass]
    private let filter: FilterExpression?

    init(_ call: Call) {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        var request = ExportRequest(
            outputFormat: reader.requiredValue("outputFormat", among: ExportFormat.known) ?? .csv
        )
        request.queryScope = Self.scope(&reader) ?? .member
        request.subClass = Self.text("subClass", target: "subClass", &reader)
        request.select = Self.text("select", target: "$select", &reader)
        (subClasses, fields) = Self.parse(request, &reader)
        request.filter = Self.text("filter", target: "$filter", &reader)
        filter = Self.filter(request, &reader)
        request.includeInactive = reader.flag("includeInactive") ?? false
        if request.includeInactive, filter?.mentions(.status) == true {
            let message = "includeInactive cannot be combined with a status in filter."
            reader.problems.add(.invalidParameter, "includeInactive", message)
        }
        self.request = request
        problems = reader.problems
    }

    /// What is in the file; `tree` limits it to an iTwin and its children.
    func content(tree: String?, for user: User, _ imageLink: @escaping ImageLink) -> ExportContent {
        var conditions = ITwinConditions()
        conditions.add(subClasses: subClasses)
        let isAboutStatus = filter?.mentions(.status) ?? false
        conditions.add(status: nil, includeInactive: request.includeInactive || isAboutStatus)
        conditions.add(tree: tree)
        conditions.add(filter: filter)
        conditions.add(visibleTo: user, QueryScope.known(request.queryScope.rawValue) ?? .member)
        return ExportContent(format: request.outputFormat, fields: fields, conditions: conditions, imageLink: imageLink)
    }

    /// Letter case does not matter; the text is kept as it was sent.
    private static func scope(_ reader: inout FieldReader) -> QueryScope? {
        guard let value = reader.value("queryScope") else { return nil }
        guard let text = value.string, QueryScope.known(text) != nil else {
            reader.problems.add(.invalidValue, "queryScope", "queryScope must be MemberOfiTwin or OrganizationAdmin.")
            return nil
        }
        return QueryScope(rawValue: text)
    }

    private static func text(_ name: String, target: String, _ reader: inout FieldReader) -> String? {
        guard let value = reader.value(name) else { return nil }
        guard let text = value.string else {
            reader.problems.add(.invalidValue, target, "\(name) must be a string.")
            return nil
        }
        return text
    }

    /// The condition; nil when there is none or it is wrong. An empty text is none.
    private static func filter(_ request: ExportRequest, _ reader: inout FieldReader) -> FilterExpression? {
        guard let text = request.filter, !text.isEmpty else { return nil }
        do {
            return try FilterExpression(text, plusIsBlank: true)
        } catch {
            reader.problems.add(error, inFilter: text)
            return nil
        }
    }

    private static func parse(_ request: ExportRequest, _ reader: inout FieldReader) -> ([ITwinSubClass], [ITwin.Field])
    {
        var subClasses: [ITwinSubClass] = []
        var fields: [ITwin.Field] = []
        do throws(CommaList.Unknown) {
            subClasses = try CommaList.values(request.subClass ?? "")
        } catch {
            let names = ITwinSubClass.known.map(\.rawValue).joined(separator: ", ")
            reader.problems.add(.invalidValue, "subClass", "'\(APIError.echo(error.text))' is not one of \(names).")
        }
        do throws(CommaList.Unknown) {
            fields = try CommaList.fields(request.select ?? "")
        } catch {
            reader.problems.add(.invalidValue, "$select", error.message)
        }
        return (subClasses, fields.isEmpty ? ITwin.Field.minimal : fields)
    }
}
