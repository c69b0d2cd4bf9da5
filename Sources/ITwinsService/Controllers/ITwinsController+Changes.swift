import ITwinsAPI

/// What changes an iTwin that exists, and the account it belongs to (contract sections 6.4 to 6.6).
extension ITwinsController {
    /// `update-itwin`: only the members that were sent change.
    func update(_ call: Call) async throws -> Reply {
        let object = try await store.write { db in
            try Access.check(.modify, on: call.id, call.user, db)
            guard var iTwin = try ITwinRecord.find(call.id, db) else { throw APIError.iTwinNotFound }
            let old = iTwin
            try ITwinChangesBody.apply(call, to: &iTwin).check("Cannot update iTwin.")
            let conflicts = try ITwinRecord.conflicts(with: iTwin, db)
            guard conflicts.isEmpty else { throw APIError.iTwinExists(conflicts, iTwin) }
            if iTwin != old {
                try ITwinRecord.update(iTwin, db)
                try ITwinRecord.touch(call.id, by: call.user, at: call.now, db)
            }
            return try ITwinRecord.object(call.id, fields: ITwin.Field.allCases, link(call), db)
        }
        return .json("iTwin", object ?? [])
    }

    /// `delete-itwin`: what lies below stays, and keeps its parent's id.
    func delete(_ call: Call) async throws -> Reply {
        try await store.write { db in
            try Access.check(.delete, on: call.id, call.user, db)
            guard try ITwinRecord.accountID(of: call.id, db) != call.id else {
                throw APIError.insufficientPermissions("An Account cannot be deleted.")
            }
            try ValidationErrors(call.query).check("Cannot delete iTwin.")
            try ITwinRecord.delete(call.id, db)
        }
        return .noContent
    }

    /// `get-itwin-account`: short unless the full form is asked for.
    func account(_ call: Call) async throws -> Reply {
        let fields = (call.preference ?? .minimal).fields
        let object = try await store.read { db in
            try Access.checkMember(of: call.id, call.user, db)
            guard let account = try ITwinRecord.accountID(of: call.id, db) else { throw APIError.iTwinNotFound }
            return try ITwinRecord.object(account, fields: fields, link(call), db)
        }
        guard let object else { throw APIError.iTwinNotFound }
        try ValidationErrors(call.query).check("Cannot get account.")
        return .json("iTwin", object)
    }
}

/// The body of `update-itwin`, read in the field order of contract section 5.1.
private enum ITwinChangesBody {
    /// Puts the new values into an iTwin.
    ///
    /// - Returns: what is wrong with them.
    static func apply(_ call: Call, to iTwin: inout ITwin) -> ValidationErrors {
        var reader = FieldReader(call.object, problems: ValidationErrors(call.query))
        for field in ITwin.Field.allCases where call.object[field.rawValue] != nil {
            let name = field.rawValue
            switch field {
            case .type: iTwin.type = reader.text(name, atMost: Rules.typeLength)
            case .number:
                iTwin.number = reader.givenText(name, atMost: Rules.textLength, missing: .invalidValue) ?? iTwin.number
            case .displayName:
                iTwin.displayName =
                    reader.givenText(name, atMost: Rules.textLength, missing: .missingRequiredProperty)
                    ?? iTwin.displayName
            case .geographicLocation: iTwin.geographicLocation = reader.text(name, atMost: Rules.textLength)
            case .latitude: iTwin.latitude = reader.degrees(name, in: Rules.latitudes)
            case .longitude: iTwin.longitude = reader.degrees(name, in: Rules.longitudes)
            case .ianaTimeZone: iTwin.ianaTimeZone = reader.timeZone(name)
            case .status:
                if reader.value(name) == nil { reader.problems.add(.invalidValue, name, "status must not be null.") }
                iTwin.status = reader.value(name, among: ITwinStatus.known) ?? iTwin.status
            default: reader.problems.add(.readOnlyProperty, name, "\(name) cannot be changed.")
            }
        }
        return reader.problems
    }
}
